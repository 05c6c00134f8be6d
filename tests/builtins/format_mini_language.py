# format(): every option for ints, floats, strings.
for spec in ("", "d", "5", "<5", ">5", "^5", "*^7", "05", "+", "-", " ", "x", "X", "#x", "o", "#o", "b", "#b", "c", "e", "f", "g", "%", ",", "_", "_x", "=+6", "0=6", "n", "^+#10x"):
    print(f"[{format(42, spec)}]", end=" ")
print()
for spec in ("", "s", "5", "<5", ">5", "^5", "*^7", ".2", "6.2", "05"):
    print(f"[{format('abc', spec)}]", end=" ")
print()
for spec in ("", "f", ".0f", ".3f", "e", ".2e", "g", ".3g", "%", ".1%", "10", "<10", "+", " ", "010", ",", "_", ",.1f", "#.0f", "E", "F", "G", "n", "z.0f", "=+10.2f"):
    print(f"[{format(-1234.567, spec)}]", end=" ")
print()
for v in (0.0, -0.0, 1e-10, 1e20, float("inf"), float("nan"), 123456789.0, 0.1):
    print(format(v, ""), format(v, "g"), format(v, ".2f"), format(v, "e"), format(v, "08.3g"), format(v, "%"))
print(format(True, "d"), format(True), format(None), format(2 ** 80, ","), format(2 ** 80, "x"), format(-2 ** 80, "_b")[:20], format(10 ** 15, "e"), format(1 + 2j, ".1f"), format([1]))
for v, spec in ((5, "s"), ("a", "d"), (5, ".2"), (5.5, "d"), ("a", "+"), ("a", ","), (5, "c,"), (1.5, "x"), (5, "5.5x"), ("a", "="), (None, "5"), ([], "x"), (5, "zz"), (-1, "c"), (5, ",_"), (1, "9999999999999999999")):
    try: print(format(v, spec))
    except Exception as e: print(type(e).__name__, e)
