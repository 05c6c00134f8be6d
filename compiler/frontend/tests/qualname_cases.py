def f(x: (lambda: [y for y in x]), *a: int, **k: {z for z in a}) -> (lambda: 2): pass
def g[T: (lambda: 1)](x: T) -> (lambda: T): return lambda: 1
class C[U]:
    a: (lambda: 1)
    def m(self, x: (lambda: U)) -> int:
        def inner(y: (lambda: (lambda: 3))): pass
        class D:
            b: (lambda: 1)
            def n(self, z: int): pass
            def n2[V](self, z: (lambda: V)): pass
        global h
        def h(q: int): pass
        async def i(q: (i for i in x)): yield
    type A[X: (lambda: 1)] = lambda: (lambda: X)
b: (lambda: 1)
if b:
    c: (lambda: 2)
lambda x: (lambda: x)
def deco[**P, *Ts](x: (lambda: P) = (lambda: 1)) -> Ts:
    def g[T](x: T, y: (lambda: T)) -> P: pass
    return g
def k():
    global __annotate__
    def l(x: int): pass
