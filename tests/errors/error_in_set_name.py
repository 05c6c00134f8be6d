#: stderr
#: exit 1
class D:
    def __set_name__(self, o, n):
        raise RuntimeError("bad name")
class C:
    attr = D()
