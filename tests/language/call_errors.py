# What wrong calls say.
def f(a, b, *, c): pass
def g(a, b=1, /): pass
def h(): pass
def k(a, *, c, d): pass
class C:
    def m(self, x): pass
for call in [
    lambda: f(), lambda: f(1), lambda: f(1, 2), lambda: f(1, 2, 3, c=1), lambda: f(1, 2, c=3, e=4),
    lambda: f(1, 2, a=1, c=3), lambda: g(a=1), lambda: g(), lambda: g(1, 2, 3), lambda: h(1), lambda: h(x=1),
    lambda: k(1), lambda: k(1, c=1), lambda: C().m(), lambda: C().m(1, 2), lambda: C.m(), lambda: C(1),
    lambda: f(*5), lambda: f(**5), lambda: f(**{1: 2}), lambda: f(1, 2, c=1, **{"c": 2}), lambda: (v := 5)(), lambda: (v := None)(),
    lambda: len(), lambda: len(1, 2), lambda: len(5), lambda: [].append(), lambda: int("x"), lambda: "a".join([1]),
]:
    try:
        call()
    except TypeError as e:
        print("TypeError:", e)
    except ValueError as e:
        print("ValueError:", e)
