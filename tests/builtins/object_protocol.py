# object, type, and the defaults every class has.
o = object()
print(type(o), o == o, o != object(), hash(o) == hash(o), bool(o), isinstance(o, object), o.__class__, o.__doc__[:10])
print(type(type) is type, type.__mro__, object.__bases__, int.__mro__, bool.__base__, type.__name__, int.__name__, int.__module__, (5).__class__.__mro__)
class C:
    "Doc of C."
    x = 1
    def m(self): "Doc of m."; return 1
c = C()
print(C.__name__, C.__qualname__, C.__module__, C.__doc__, C.m.__doc__, C.m.__qualname__, C.__dict__["x"], sorted(k for k in C.__dict__ if not k.startswith("__")), type(C.__dict__).__name__, C.__bases__, C.__base__, C.__static_attributes__, C.__firstlineno__)
C.__name__ = "Renamed"; print(C, C.__name__, C.__qualname__); C.__qualname__ = "Q"; print(C); C.__doc__ = "new"; print(c.__doc__)
class E:
    def __eq__(self, o): return True
    def __str__(self): return "E as str"
print(E.__hash__, str(E()), E() == 5, 5 == E(), E() != 5, object.__eq__(c, c), object.__eq__(c, 5), object.__ne__(c, 5), object.__str__(5), object.__repr__(None)[:17])
print(int.__add__(2, 3), str.upper("a"), list.append, [].append.__self__, "a".upper.__name__, len.__name__, int.real, type(int.__add__), type("".upper), type(C.m), type(c.m), type(dict.fromkeys), type(int.from_bytes))
print(c.__sizeof__() > 0, c.__reduce_ex__(2)[0].__name__, c.__dir__()[0] in dir(c), c.__format__("") == str(c), c.__init_subclass__(), C.__subclasshook__(int), c.__class__ is C)
class Old: pass
class New:
    def hi(self): return "hi from New"
x = Old(); x.__class__ = New; print(x.hi(), type(x).__name__)
for bad in (lambda: setattr(5, "x", 1), lambda: setattr(int, "x", 1), lambda: setattr(x, "__class__", 5), lambda: setattr(x, "__class__", int), lambda: object().a, lambda: setattr(o, "a", 1), lambda: C.nope, lambda: C(1), lambda: int.__add__("a", 1), lambda: list.append(5, 1), lambda: str.upper(), lambda: setattr(C, "__name__", 5), lambda: delattr(C, "__name__"), lambda: setattr(x, "__dict__", 5), lambda: format(x, "d"), lambda: type("X", (int, str), {}), lambda: type("X", (5,), {}), lambda: object.__new__(int), lambda: object.__new__(5), lambda: C.m()):
    try: print(bad())
    except Exception as e: print(type(e).__name__, str(e).split(" at 0x")[0])
x.__dict__ = {"fresh": 1}; print(x.fresh, x.__dict__, vars(x) is x.__dict__)
