# Rarely used spellings.
x = 1; y = 2; print(x, y)
if x: y = 3; print(y)
print(1 if x else 2, [1, 2,][0], (1,), (), "a" 'b' """c""", r"\n", b"\x41", "\u00e9\N{SNOWMAN}\101")
print(0xFF_FF, 1e3, .5, 5., 1_0.0_1, 0b1 | 0o7, 1j)
z = \
    5
print(z, (
    1 +
    2
))
def f(a, /, b, *, c): return a, b, c
print(f(1, b=2, c=3))
lambda_ = lambda a, /, b=2, *c, d=4, **e: (a, b, c, d, e)
print(lambda_(1), lambda_(1, 3, 5, d=6, z=7))
class A: pass
class B(A, ): x: int = 5
print(B.x, ...)
for i, in [(1,), (2,)]: print(i)
print(not 1 == 2, -1 ** 2, 1 < 2 == True, (1, 2) < (1, 3), 3 if 0 else 4 if 0 else 5)
async_ = 1
match = 2; case = 3; type = 4; _ = 5
print(match, case, type, _)
print("%d %s %r %5.2f %-5s| %05d %x %%" % (1, "s", "r", 3.14159, "l", 42, 255), "%(k)s" % {"k": "v"})
try: print("x")
finally: print("f")
while x: x -= 1
else: print("else")
def g(): """doc"""; return g.__doc__
print(g(), ((((1)))), [[[]]], {**{}}, {*()})
try: raise KeyError
except KeyError, ValueError: print("no parentheses")
if (a := 3) and (b := a): print(a, b)
def unicode_é(): return "é"
print(unicode_é())
