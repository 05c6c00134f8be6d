# Mixing int, bool, float, complex.
values = [True, 2, 2.5, 1 + 2j]
for a in values:
    for b in values:
        print(a + b, a * b, a - b, a == b, end=" | ")
    print()
print(complex(1, -2).real, (3 + 4j).imag, abs(3 + 4j), (1 + 2j).conjugate(), (1 + 2j) / (3 - 1j), (1 + 2j) ** 2, -(1j))
print(complex("1+2j"), complex("-3.5j"), repr(-0j), complex(1e20, 1), 1j * 1j, bool(0j))
for bad in (lambda: 1j < 2, lambda: int(1j), lambda: 1j // 2, lambda: 1j % 2, lambda: complex("x"), lambda: 1 / 0, lambda: 1.0 / 0,
            lambda: 1 // 0, lambda: 1 % 0, lambda: 1.0 // 0, lambda: 1.5 % 0, lambda: 1j / 0, lambda: 0 ** -1, lambda: 0.0 ** -1, lambda: 10.0 ** 400,
            lambda: 1 << -1, lambda: 1.5 << 2, lambda: int("12x"), lambda: float("abc"), lambda: int(float("nan")), lambda: int(float("inf")),
            lambda: 2 ** 0.5j if False else divmod(1, 0), lambda: pow(2, 3, 0), lambda: float(10 ** 400), lambda: 10 ** 400 / 3, lambda: round("x")):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print((-8) ** (1 / 3), 4 ** 0.5, 2 ** 3 ** 2, -2 ** 2, (-2) ** 2, 2 ** -1)
print(7 .__add__(3), (5).__class__, 3 .real, (3.5).__int__(), int.__add__(1, 2), float.__mul__(2.0, 3.0), (1).__add__("x"))
