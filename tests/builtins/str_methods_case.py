# str: case, classification, padding, encoding.
for s in ["hello World", "ÀÉß straße", "ǆ ŉ", "123abc", "İstanbul", "ΑΣ", "it's they're", ""]:
    print([s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold()])
tests = ["abc", "ABC", "Abc Def", "123", "12a", "a_b", "1a", "", " ", "\t\n", "é", "²", "½", "٣", "x\x00", "漢字", "Ⅷ", "for"]
for s in tests:
    print(ascii(s), *("TF"[not getattr(s, "is" + n)()] for n in ("alpha", "alnum", "digit", "decimal", "numeric", "space", "upper", "lower", "title", "identifier", "printable", "ascii")))
print("ab".center(7) + "|", "ab".center(7, "*"), "ab".center(6, "*"), "abc".center(6, "*"), "ab".ljust(5, ".") + "|", "ab".rjust(5, "."), "ab".ljust(1), "42".zfill(5), "-42".zfill(5), "+1".zfill(4), "x".zfill(0))
print("a\tb\tcd".expandtabs(), "a\tb".expandtabs(4), "ab\n\tc".expandtabs(3))
print("é漢🐍".encode(), "é".encode("latin-1"), "é".encode("ascii", "replace"), "é".encode("ascii", "ignore"), "é漢".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), "ab".encode("utf-16-le"), "é".encode("utf-8-sig"))
for bad in (lambda: "é".encode("ascii"), lambda: "é".encode("nope"), lambda: "a".center(5, "ab"), lambda: "a".ljust("x"), lambda: "\ud800".encode()):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(len("é漢🐍"), "é漢🐍"[2], "é漢🐍"[::-1], ord("🐍"), chr(0x1F40D), "🐍" > "漢", sorted("bÀaé"), "\N{GREEK SMALL LETTER ALPHA}", "e\u0301" == "é")
