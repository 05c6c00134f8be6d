#: stderr
#: exit 1
def f():
    return eval("1 + undefined")
f()
