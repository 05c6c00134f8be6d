# Error handlers that exchange the input, replacements that do not fit, UTF-7's odd ends, notes of codecs.
import codecs
import warnings


def attempt(f, *args, **kwargs):
    try:
        print(ascii(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)), getattr(e, "__notes__", ""))


BAD = [
    ("ascii", b"\xff"),
    ("utf-7", b"++"),
    ("utf-8", b"\xff"),
    ("utf-16", b"\xff"),
    ("utf-32", b"\xff"),
    ("unicode-escape", b"\\u123g"),
    ("raw-unicode-escape", b"\\u123g"),
]


def to_number(e):
    e.object = 42
    return ("\u4242", 0)


def to_nothing(e):
    e.object = b""
    return ("\u4242", 0)


def to_zeros(e):
    e.object = b"\0" * 8
    return ("\ufffd", e.start)


for name, handler in (("number", to_number), ("nothing", to_nothing), ("zeros", to_zeros)):
    codecs.register_error("test." + name, handler)
    for encoding, data in BAD:
        attempt(data.decode, encoding, "test." + name)
codecs.register_error("test.step", lambda e: ("\ufffd", e.start + 1))
attempt(b"\xd8\xd8\xd8\xd8\xd8\x00\x00\x00".decode, "utf-16-le", "test.step")
attempt(b"\x11\x11\x11\x11\x11\x00\x00\x00\x00\x00\x00".decode, "utf-32-le", "test.step")
attempt(b"a\xffb".decode, "cp1252", "test.step")

# What a handler gives must fit the encoding.
for encoding, text, given in (
    ("ascii", "[\xa4]", "abc"),
    ("ascii", "[\xa4]", "\xbd"),
    ("latin-1", "[\u20ac]", "\xbd\xbe"),
    ("utf-8", "[\udc80]", "x"),
    ("utf-8", "[\udc80]", "\U0001f40d"),
    ("utf-16", "[\udc80]", "\U0001f40d"),
    ("utf-16-le", "[\udc80]", b"a"),
    ("utf-16-le", "[\udc80]", b"ab"),
    ("utf-32-be", "[\udc80]", b"abc"),
    ("utf-32-be", "[\udc80]", b"abcd"),
):
    codecs.register_error("test.given", lambda e: (given, e.end))
    attempt(text.encode, encoding, "test.given")
attempt("[\udc80\ud800\udfff]".encode, "utf-8", "surrogateescape")
attempt("[\udc80\udc81]".encode, "utf-8", "surrogateescape")

# A surrogate that arrives in pieces.
decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
print(ascii([decoder.decode(b"\xed"), decoder.decode(b"\xa0"), decoder.decode(b"\x80", True)]))
attempt(codecs.getincrementaldecoder("utf-8")().decode, b"\xed\xa0\x80")

for data in (b"a+2AE-b", b"a+2AE\xffb", b"a+2AE", b"a+2AEA-b", b"a+2AH-b", b"a+IKwgrNgB", b"+2AHcoA", b"+2AHcoA-", b"+", b"+-", b"++", b"a+!b"):
    attempt(data.decode, "utf-7", "replace")
    attempt(codecs.utf_7_decode, data, "replace", False)
attempt(b"+IKzYAdy".decode, "utf-7")

for data in (b"\xff\xff", b"\xff\xfea\x00", b"\xfe\xff\x00a"):
    attempt(codecs.utf_16_ex_decode, data, "strict", 0, False)

# Names are normalized before they are looked for.
asked = []
codecs.register(lambda name: asked.append(name))
for name in ("AAA.8", "aaa\xe9\u20ac-8", "-x-y-", "a b  c", "a__b", "_a_"):
    attempt(codecs.lookup, name)
print(asked)


def failing(*args):
    raise RuntimeError("inside")


codecs.register(lambda name: codecs.CodecInfo(failing, failing, name="noted") if name == "noted" else None)
attempt("x".encode, "noted")
attempt(codecs.decode, b"x", "noted")
attempt({}.update, [1])
attempt({}.update, [(i for i in range(3))])


def bad_pairs():
    yield 1
    raise TypeError("oops")


attempt(dict, [bad_pairs()])

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    attempt(codecs.unicode_escape_decode, rb"\z\501\y")
    attempt(codecs.escape_decode, rb"\501\z")
    attempt(codecs.unicode_escape_decode, rb"\777")
    attempt(rb"\q".decode, "unicode-escape")
for w in caught:
    print(w.category.__name__, w.message)
