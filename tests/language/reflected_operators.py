# Which operand is asked first, and when the other is.
class Log:
    def __init__(self, name): self.name = name
    def __repr__(self): return self.name
def install(cls, names, give):
    for name in names:
        def method(self, other, name=name):
            print(f"{type(self).__name__}.{name}({self}, {other})", end=" ")
            return give(name)
        setattr(cls, name, method)
class A(Log): pass
class B(Log): pass
class Sub(A): pass
install(A, ["__add__", "__radd__", "__lt__", "__gt__", "__eq__"], lambda n: NotImplemented)
install(B, ["__add__", "__radd__", "__lt__", "__gt__", "__eq__"], lambda n: n)
install(Sub, ["__radd__", "__gt__"], lambda n: "sub" + n)
a, b, s = A("a"), B("b"), Sub("s")
print(a + b); print(b + a); print(a + s); print(a < b); print(a < s); print(a == b); print(a == a)
try:
    a + a
except TypeError as e:
    print(e)
try:
    a < a
except TypeError as e:
    print(e)
class I:
    def __iadd__(self, o): return NotImplemented
    def __add__(self, o): return "add"
i = I()
i += 1
print(i)
print(1 + True, 1 == 1.0 == (1 + 0j), "a" * 3, 3 * "a", [1] * 2, 2 * [1], (1,) + (2,), "%s" % 5)
