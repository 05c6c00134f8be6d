# The method resolution order and cooperative super.
class Base:
    def go(self): return ["Base"]
class A(Base):
    def go(self): return ["A"] + super().go()
class B(Base):
    def go(self): return ["B"] + super().go()
class C(A, B):
    def go(self): return ["C"] + super().go()
class D(B, A):
    def go(self): return ["D"] + super().go()
print(C().go(), D().go())
print([k.__name__ for k in C.__mro__], [k.__name__ for k in D.mro()])
try:
    class E(C, D): pass
except TypeError as e:
    print(e)
try:
    class F(A, A): pass
except TypeError as e:
    print(e)
try:
    class G(bool): pass
except TypeError as e:
    print(e)
class Mixin:
    def __str__(self): return f"<{self.go()}>"
class H(Mixin, C): pass
print(str(H()), super(A, C()).go(), super(C, C()).go())
print(A.__subclasses__(), Base.__bases__)
class K(A):
    go = Base.go
print(K().go())
class P(list, Base): pass
p = P([1, 2]); p.append(3)
print(p, p.go(), len(p), isinstance(p, list))
