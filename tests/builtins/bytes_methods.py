# bytes and bytearray.
b = b"hello \x00\xff world"
print(b, b[0], b[-1], b[1:4], b[::-1], len(b), b + b"!", b * 2, 104 in b, b"llo" in b, list(b[:3]), b == bytearray(b), b < b"i", hash(b) == hash(bytes(bytearray(b))))
print(bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(5)), bytes.fromhex("00 ff aB"), b.hex(), b.hex(":"), b"abcdef".hex("-", 2), bytearray(b"x").hex())
print(b.find(b"o"), b.find(111), b.rfind(b"o"), b.index(b"w"), b.count(b"l"), b.startswith(b"he"), b.endswith((b"x", b"d")), b.split(), b.split(b"o"), b.replace(b"l", b"L"), b.partition(b" "), b"a,b".rsplit(b",", 1), b"a\nb\r\n".splitlines(), b" x ".strip(), b"xxa".lstrip(b"x"))
print(b"Hello".upper(), b"Hello".lower(), b"hello wOrld".title(), b"hello".capitalize(), b"aB".swapcase(), b"ab".center(6, b"-"), b"ab".ljust(4), b"ab".rjust(4, b"."), b"7".zfill(3), b"a\tb".expandtabs(4), b"abc".isalpha(), b"12".isdigit(), b"a1".isalnum(), b" ".isspace(), b"A".isupper(), b"a".islower(), b"Ab".istitle(), b"a".isascii(), b",".join([b"a", b"b"]), b"abc".translate(bytes.maketrans(b"ab", b"xy")), b"abc".translate(None, b"b"), b"pre-x".removeprefix(b"pre-"))
print(b"\xc3\xa9".decode(), b"\xe9".decode("latin-1"), b"\xff".decode("utf-8", "replace"), b"\xffa".decode("ascii", "ignore"), b"\xff".decode("utf-8", "backslashreplace"), b"%d %s %b %x" % (5, b"s", b"b", 255), b"'", b'"\'', repr(b"\t\n\\"))
a = bytearray(b"abc")
a.append(100); a.extend(b"ef"); a += b"g"; a[0] = 65; a[1:3] = b"XYZ"; a.insert(0, 33); print(a, a.pop(), a.pop(0), a)
a.remove(88); a.reverse(); print(a, a.copy() is a, len(a)); del a[0]; del a[:2]; print(a); a.clear(); print(a, bytearray(2), bytearray("é", "latin-1"))
a = bytearray(5); a[::2] = b"xyz"; print(a, a.find(b"y"), a.upper(), bytes(a))
m = memoryview(b"abcdef")
print(m[0], m[1:3].tobytes(), len(m), m.tolist(), bytes(m[::2]), m.readonly, m.format, m.itemsize, m == b"abcdef", m.hex())
w = bytearray(b"12345"); v = memoryview(w); v[0] = 65; v[1:3] = b"BC"; print(w, v.nbytes, v.cast("B")[4]); v.release()
for bad in (lambda: b[100], lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("x"), lambda: b + "s", lambda: b"a".join(["x"]), lambda: b"\xff".decode(), lambda: b"\xff".decode("ascii"), lambda: "x" in b, lambda: bytearray(b"")[0], lambda: bytearray().pop(), lambda: bytearray(b"a").remove(98), lambda: a.append(256), lambda: bytes.fromhex("xyz"), lambda: b.index(b"zz"), lambda: b"%d" % "x", lambda: a.append("x"), lambda: v[0]):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
#: stress
