#: stderr
#: exit 1
def fail(n):
    try:
        raise ValueError(n)
    except ValueError as e:
        return e
raise ExceptionGroup("several", [fail(1), TypeError("t"), ExceptionGroup("nested", [fail(2), KeyError("k")])])
