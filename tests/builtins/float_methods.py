# Methods and constructors of float.
print((0.5).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (1.5).hex(), (-0.1).hex(), float.fromhex("0x1.8p+1"), float.fromhex("-inf"))
print(float(), float("1.5"), float(" 1e3 "), float("-inf"), float("nan"), float("1_0.5"), float(3), float("Infinity"), float(b"2.5"))
print((3.7).__trunc__(), (3.7).__floor__(), (3.2).__ceil__(), (-3.7).__int__(), (2.5).conjugate(), (2.5).real, (2.5).imag, abs(-2.5))
print(hash(1.5), hash(2.0) == hash(2), hash(float("inf")), hash(0.0), round(2.5), round(0.5), round(1.5), round(2.567, 1), round(-0.4), round(1e300, 2), round(5.015, 2), round(12345.678, -3))
for spec in ["", ".3", ".3f", "10.2f", "<10.1f", "+.1e", "g", ".10g", "%", ".1%", ",", ",.2f", "010.3f", "G", "E", "n", "_.1f", "#.0f", "z.1f", "^+12.3f"]:
    print(repr(spec), format(1234.5678, spec), format(-0.00001234, spec), format(1e100, spec) if "f" not in spec and "%" not in spec else "")
print(repr(1e300 * 10), repr(0.1), repr(1 / 3), repr(1e-7), repr(123456789012345680.0), repr(1e16), repr(9999999999999998.0), str(2 ** 0.5), repr(5e-324))
for bad in (lambda: float(""), lambda: float("1.2.3"), lambda: float(None), lambda: float("inf").as_integer_ratio(), lambda: round(float("nan")), lambda: round(float("inf")), lambda: float.fromhex("zz"), lambda: int(1e400), lambda: 1.5 % 0.0, lambda: float([])):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
class F:
    def __float__(self): return 2.5
print(float(F()), sum([0.1] * 10), sum([0.1, 0.2, 0.3]), 0.1 * 3, max(1.5, 2), min(1.0, 1), 3.0 == 3, 2.5 < 3, 1e308 * 10 == float("inf"))
class G(float):
    def __repr__(self): return f"G({float(self)})"
print(G(1.5), G(1.5) + 1, [G(2)], G("3"), float.__eq__(1.0, "x"), (1.5).__round__(), (1.5).__divmod__(1), (2.0).__pow__(3), (7.5).__mod__(2), (7.5).__rfloordiv__(20), float.from_number(3))
