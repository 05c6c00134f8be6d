def attempt(f):
    try:
        return f()
    except Exception as e:
        return f"{type(e).__name__}: {e}"


class Text(str):
    __slots__ = ("mark", "other")


class Number(float):
    __slots__ = ("unit",)


class Imaginary(complex):
    __slots__ = "unit"


class Loud(Text):
    __slots__ = ("volume",)

    def __new__(cls, text, volume):
        made = super().__new__(cls, text)
        made.volume = volume
        return made


t = Text("abc")
print(attempt(lambda: t.mark))
t.mark = [1]
t.other = 2
print(t, t.mark, t.other, t.upper(), hash(t) == hash("abc"), t == "abc", len(t))
print(attempt(lambda: setattr(t, "more", 1)))
del t.mark
print(attempt(lambda: t.mark), hasattr(t, "__dict__"))
n = Number(2.5)
n.unit = "m"
print(n * 2, n.unit, repr(n))
i = Imaginary(1, 2)
i.unit = "ohm"
print(i, i.unit)
x = Loud("hey", 11)
x.mark = "!"
print(x + x.mark, x.volume, Text.mark, sorted(Loud.__slots__))


class Free(Text):
    pass


f = Free("free")
f.mark, f.anything = 1, 2
print(f, f.mark, f.__dict__)
for base in int, bytes, tuple, bool:
    print(attempt(lambda: type("Sub", (base,), {"__slots__": ("a",)})))
    print(attempt(lambda: type("Sub", (base,), {"__slots__": ()}).__slots__))
