#: stderr
#: exit 1
try:
    raise ExceptionGroup("mixed", [ValueError(1), OSError(2), TypeError("t")])
except* ValueError:
    print("values handled")
except* TypeError:
    raise KeyError("while handling")
