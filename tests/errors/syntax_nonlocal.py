#: stderr
#: exit 1
def f():
    nonlocal x
    x = 1
