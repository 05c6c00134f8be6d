# str: searching, splitting, joining, replacing.
s = "hello world, hello"
print(s.find("hello"), s.find("hello", 1), s.rfind("hello"), s.find("zzz"), s.index("world"), s.rindex("l"), s.count("l"), s.count(""), s.find("o", 5, 8), s.find("", 3))
print(s.startswith("hell"), s.startswith(("x", "h")), s.endswith("lo"), s.endswith("world", 0, 11), s.startswith("w", 6), "".startswith(""))
print(s.split(), s.split("o"), s.split("l", 2), s.rsplit("o", 1), " a  b ".split(), " a  b ".split(" "), "".split(), "".split(","), "a,b,,c".split(","), "a\tb\nc".split(None, 1), " x y z ".rsplit(None, 1))
print("a\nb\r\nc\rd\x0be\u2028f".splitlines(), "a\nb\n".splitlines(True), "".splitlines(), "one".splitlines())
print(s.partition(" "), s.rpartition(" "), s.partition("zz"), s.rpartition("zz"))
print(",".join(["a", "b"]), "".join([]), "-".join("abc"), ", ".join(str(i) for i in range(4)), "".join(("x",)))
print(s.replace("hello", "bye"), s.replace("l", "L", 2), s.replace("", "-", 3), "aaa".replace("aa", "b"), "abc".replace("z", ""), "ab".replace("", "."))
print("  x ".strip() + "|", "  x ".lstrip() + "|", "  x ".rstrip() + "|", "xxaxx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), "\t\n x\u00a0".strip() + "|")
print("prefix-body".removeprefix("prefix-"), "body.txt".removesuffix(".txt"), "x".removeprefix("y"), "ab" in "cabd", "x" not in "y")
print("a1b2".translate({ord("a"): "A", ord("1"): None, ord("b"): 0x42}), "abc".translate(str.maketrans("ab", "xy", "c")), str.maketrans({"a": 1}))
for bad in (lambda: s.index("zzz"), lambda: s.split(""), lambda: s.partition(""), lambda: ",".join([1, 2]), lambda: ",".join(5), lambda: s.replace("a"), lambda: s.startswith(5), lambda: s.find(5), lambda: 5 in s, lambda: s.count(), lambda: str.maketrans("a", "bc"), lambda: "a" + 1, lambda: s.strip(5)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
