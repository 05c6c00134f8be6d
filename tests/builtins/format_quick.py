# Numbers in formats: simple specifications and their neighbours, exact rounding of floats.
import random

random.seed(3)
INTS = (0, 1, -1, 7, 42, -42, 99, 100, 12345, -99999, 10**17, -(10**18), 2**62 - 1, -(2**62), 2**62, 10**30)
SPECS = ("", "d", "5d", "05d", "<6", ">6", "^7", "<06", "06d", "x", "X", "08x", "4x", "b", "o", ",", "+", "+5", " d", "#x",
         "*^9", "0", "1", "20", "099", "120", ".2f", "8.3f", "08.1f", "f", ".0f", "%", ".1%", "e", "g", "_d", "n")
for spec in SPECS:
    print(repr(spec), [format(n, spec) for n in INTS])

FLOATS = (0.0, -0.0, 0.5, 1.5, 2.5, 0.125, -0.125, 1e-7, 5e-324, 0.1, 2.675, 1.005, 99.995, 999.9999, 1e15, 123456789.125,
          9e18, 1e22, -1e300, float("inf"), float("-inf"), float("nan"))
for spec in ("", ".2f", ".0f", ".1f", "8.2f", "<9.2f", "^11.3f", "09.2f", "f", ".17f", ".18f", ".25f", "%", ".1%", "10.0%",
             "F", "+.2f", "z.1f", ".3", ".3g", ".2e", "5", "05", ",.2f", "n"):
    print(repr(spec), [format(x, spec) for x in FLOATS])

texts = []
for i in range(3000):
    x = random.choice((random.random(), random.uniform(-1e6, 1e6), random.randrange(10**6) / 100, random.randrange(-(10**6), 10**6) / 8))
    texts.append(f"{x:.{i % 18}f}|{x:12.3f}|{x:.2%}|" + "%.3f %8.1f %-9.2f| %05.1f" % (x, x, x, x))
print(hash("") == 0, sum(map(len, texts)), texts[5], texts[2999])
total = 0
for text in texts:
    for c in text:
        total = (total * 31 + ord(c)) % (2**61 - 1)
print(total)

print("%d|%5d|%-5d|%05d|%x|%X|%s|%s|%r|%%|%c" % (3, -4, 5, -6, 255, 255, 7, "text", "r", 65))
print("%s %s %s" % (True, None, 2.5), "%d %d" % (True, 3.99), "%5s|%-5s|%.2s" % ("ab", "cd", "efg"), "%i %u" % (1, 2))
print("%.0f %.f %5.0f %f" % (0.5, 1.5, 2.5, True), "%+d % d %#x %03.0f" % (1, 2, 3, 4), "%.3d" % 5, "%-05d|" % 6)
print("é%s%d%.1f" % ("ü", 1, 2.25), "%s" % ("\u20ac",), "%(a)s %(b)d %(b)5.1f" % {"a": "x", "b": 3})
for bad in (("%d", "x"), ("%x", 1.5), ("%d %d", (1,)), ("%d", (1, 2)), ("%q", 1), ("%", 1), ("%5", 1), ("%.2f", "a")):
    try:
        print(bad[0] % bad[1])
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
for value, spec in ((1, ".2d"), (1, "q"), (1.5, "d"), (1.5, "x"), (1, "5 "), (2, "."), (1.5, "9" * 30)):
    try:
        print(format(value, spec))
    except ValueError as e:
        print(e)


class Int(int):
    def __format__(self, spec):
        return f"<{spec}>"


print(f"{Int(3):05d} {Int(4)} {True:d} {True:5} {False} {False:x}", "%d %s" % (Int(5), Int(6)))
