#: stderr
#: exit 1
try:
    raise ExceptionGroup("inner", [ValueError(1)])
except ExceptionGroup as g:
    g.add_note("a note")
    raise RuntimeError("outer") from g
