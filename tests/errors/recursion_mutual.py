#: stderr
#: exit 1
def a():
    b()
def b():
    a()
a()
