# complex.
z = 3 + 4j
print(z, z.real, z.imag, abs(z), z.conjugate(), -z, +z, z == 3 + 4j, z != 0, bool(0j), hash(1 + 0j) == hash(1))
print(complex(), complex(1), complex(1, 2), complex("1-2j"), complex(" 3j "), complex("nan+infj"), complex("(1+2j)"), complex(1.5, -0.0), complex("-1e3-2e-1J"))
print(z + 1, z - 1j, z * 2, z / 2, z ** 2, z ** -1, z ** 0.5, 2 ** z, z * 1j, 1 / z, 0j ** 0)
print(repr(1j), repr(-1j), repr(1 - 0j), repr(complex(-0.0, -0.0)), str(1e16 + 1j), complex(float("inf"), float("nan")))
print(format(z, ""), format(z, ".2f"), format(1.5 + 2j, ">20"), f"{z:.1e}")
for bad in (lambda: complex("1 + 2j"), lambda: complex("x"), lambda: complex(None), lambda: z < z, lambda: z // 1, lambda: z % 1, lambda: divmod(z, 1), lambda: float(z), lambda: 1 / 0j, lambda: 0j ** -1, lambda: format(z, "d"), lambda: complex("1", 2)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
class C:
    def __complex__(self): return 5j
print(complex(C()), z.__add__(1), z.__radd__(2), z.__eq__(3), complex.__mul__(z, 2), complex.from_number(4))
