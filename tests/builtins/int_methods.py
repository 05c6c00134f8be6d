# Methods and constructors of int.
print((255).bit_length(), (255).bit_count(), (-8).bit_length(), (10).to_bytes(2, "big"), (-2).to_bytes(2, "little", signed=True))
print(int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\xff\xff", "little", signed=True), (5).as_integer_ratio(), (7).conjugate(), (7).real, (7).imag, (7).numerator, (7).denominator, (7).is_integer())
print(int(), int("42"), int(" -42 "), int("1_000"), int("ff", 16), int("0xff", 0), int("0b11", 0), int("z", 36), int(3.9), int(True), int(b"12"), int("٣"))
print(bin(10), oct(8), hex(255), bin(-5), hex(-255), abs(-7), pow(2, 10), pow(2, 10, 1000), divmod(-7, 2), round(15, -1), round(25, -1), round(-15, -1))
print((5).__str__(), repr(-5), hash(5), hash(-1), hash(2 ** 61 - 1), format(1234567, ","), format(1234567, "_"), format(255, "#b"), format(5, "^9"), format(-5, "06"), format(3, ".2f"))
for bad in (lambda: int("0x"), lambda: int(""), lambda: int("1__0"), lambda: int("8", 8), lambda: int("1", 99), lambda: int(None), lambda: int([]), lambda: int(1.5, 2), lambda: (300).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"), lambda: format(5, "q"), lambda: int("9" * 5000)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
class I:
    def __int__(self): return 7
    def __index__(self): return 8
print(int(I()), [0] * I(), hex(I()), range(10)[I()], int.__index__(3), (3).__trunc__(), (3).__floor__(), (3).__ceil__())
class M(int):
    def __add__(self, o): return M(int(self) + o + 100)
    def __repr__(self): return f"M({int(self)})"
print(M(5) + 1, M(5) * 2, M(3), M("7"), isinstance(M(1), int), M(2) == 2, {2: "x"}[M(2)])
print([i for i in range(-3, 4) if i], min(3, 1, 2), max([4, 9, 2]), sum(range(101)), sum([1.5, 2], 10), (0).__bool__(), bool(-1))
