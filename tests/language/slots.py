# __slots__: storage without a dict.
class Point:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
p = Point(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), Point.__slots__)
p.x += 10
print(p.x)
for attempt in (lambda: setattr(p, "z", 1), lambda: p.z, lambda: delattr(p, "w")):
    try: attempt()
    except AttributeError as e: print(e)
del p.x
try: p.x
except AttributeError as e: print(e)
p.x = 5
class Point3(Point):
    __slots__ = "z",
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z
q = Point3(1, 2, 3)
print(q.x, q.y, q.z, hasattr(q, "__dict__"))
class Open(Point): pass
o = Open(1, 2); o.extra = 3
print(o.x, o.extra, o.__dict__)
print(type(Point.x).__name__, Point.x.__get__(q), Point.x.__name__)
try:
    class Bad:
        __slots__ = "a",
        a = 1
except ValueError as e: print(e)
class WithDict: __slots__ = ("a", "__dict__")
w = WithDict(); w.a = 1; w.b = 2
print(w.a, w.b, w.__dict__)
try: Point.x.__get__(5)
except TypeError as e: print(e)
#: stress
