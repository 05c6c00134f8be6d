# str: indexing, slicing, comparison, repetition, repr, constructors.
s = "abcdefg"
print(s[0], s[-1], s[2:5], s[:3], s[3:], s[::2], s[::-1], s[10:], s[-3:-1], s[5:2], s[5:2:-1], s[-100:100], s[1:6:2])
print(len(s), "b" + "c", "ab" * 3, "x" * 0, "x" * -1, min(s), max(s), list(s), sorted("hello"), "a" < "b", "a" < "A", "ab" < "abc", "" < "a")
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("\n\t\r\\\x00\x1f\x7f\x80\xa0\xad\u200b\ud800\U0010ffff"), repr("é"), ascii("é🐍"))
print(str(), str(5), str(None), str(b"x", "ascii"), str(b"\xc3\xa9", encoding="utf-8"), str(b"x"), str(object=3), str("s"), str([1, "a"]))
print("abc" == "abc", "abc" != "abd", hash("x") == hash("x"), "a" "b", "%s" % "x", "%s %s" % ("a", 1), "%5s|%-5s|%.2s" % ("ab", "cd", "xyz"))
print("{} {}".format(1, 2), "{1} {0}".format("a", "b"), "{x} {y!r}".format(x=1, y="s"), "{0[1]} {1.real} {2[k]}".format([1, 2], 5, {"k": 6}), "{:>5}|{:^5}".format("a", "b"), "{:{}}".format("w", 4), "{{}}".format(), "{a}".format_map({"a": 1}))
print("%d %i %u %x %X %o %e %E %f %g %c %c %r %a %%" % (1, 2, 3, 255, 255, 8, 1.5, 2.5, 3.5, 4.5, 65, "B", "é", "é"), "%+d % d %05d %-5d| %#x %.3d %*d" % (1, 2, 3, 4, 255, 5, 6, 7), "%(a)s %(b)05.1f" % {"a": 1, "b": 2.25})
for bad in (lambda: s[10], lambda: s["a"], lambda: s[1.5], lambda: "a" * 1.5, lambda: "a" * "b", lambda: "%d" % "x", lambda: "%s" % (1, 2), lambda: "%s %s" % 1, lambda: "%q" % 1, lambda: "%(k)s" % {}, lambda: "{}".format(), lambda: "{x}".format(), lambda: "{0.q}".format(1), lambda: "{!z}".format(1), lambda: "{".format(), lambda: "}".format(), lambda: "{} {1}".format(1, 2), lambda: ord("ab"), lambda: chr(-1), lambda: chr(0x110000), lambda: str(b"\xff", "utf-8"), lambda: "%c" % "ab", lambda: s.nope, lambda: "a" < 1):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
def mutate(): s[0] = "x"
try: mutate()
except TypeError as e: print(e)
class S(str):
    def __add__(self, o): return S(str(self) + "+" + o)
print(S("a") + "b", type(S("a").upper()).__name__, S("k") in {"k": 1}, S("abc")[1], isinstance(S(), str), len(S("xyz")))
