#: stderr
#: exit 1
def f():
    await g()
