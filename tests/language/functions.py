# Parameters of every kind, defaults, and calls of every kind.
def f(a, b=2, *args, c, d=4, **kwargs):
    return a, b, args, c, d, sorted(kwargs.items())
print(f(1, c=3))
print(f(1, 5, 6, 7, c=3, d=8, e=9))
print(f(*[1, 2, 3], **{"c": 4, "z": 5}))
print(f(*(1,), *[2, 3], c=0, **{"x": 1}, **{"y": 2}))
def pos(a, b, /, c, *, d):
    return a, b, c, d
print(pos(1, 2, 3, d=4), pos(1, 2, c=3, d=4))
def only(*args, **kwargs):
    return args, kwargs
print(only(), only(1, 2), only(a=1))
def default(x, seen=[]):
    seen.append(x)
    return seen
print(default(1), default(2), default(3, []))
print((lambda x, y=10: x + y)(5), (lambda *a: a)(1, 2), (lambda: None)())
def nothing(): pass
print(nothing())
def outer(x):
    def inner(y):
        return x * y
    return inner
print(outer(3)(4))
def multiple():
    return 1, 2, 3
a, *b = multiple()
print(a, b)
print(f.__name__, f.__defaults__, f.__kwdefaults__, f.__code__.co_varnames)
def annotated(a: int, b: "str" = "x") -> bool:
    "Documentation."
    return True
print(annotated.__doc__, annotated(1), annotated.__annotations__)
