#: stderr
#: exit 1
def deco(f):
    raise TypeError("deco")
@deco
def g():
    pass
