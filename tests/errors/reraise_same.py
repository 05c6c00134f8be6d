#: stderr
#: exit 1
def f():
    try:
        g()
    except ValueError:
        raise
def g():
    raise ValueError("original")
f()
