#: stderr
#: exit 1
def f():
    print(x)
    x = 1
f()
