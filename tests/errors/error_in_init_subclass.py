#: stderr
#: exit 1
class B:
    def __init_subclass__(cls):
        raise TypeError("no subclasses")
class C(B):
    pass
