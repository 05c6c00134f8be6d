# UNARY_NEGATIVE, UNARY_INVERT, UNARY_NOT, INTRINSIC unary positive.
def ops(x):
    r = []
    for f in (lambda: -x, lambda: +x, lambda: ~x, lambda: not x):
        try: r.append(f())
        except TypeError as e: r.append(str(e))
    return r
class U:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
    def __bool__(self): return False
for x in (0, 5, -5, 2 ** 62, -2 ** 62, 2 ** 62 - 1, 2 ** 63, -2 ** 63, 2 ** 100, 1.5, -0.0, float("inf"), 2 + 3j, "s", [], None, U()): print(ops(x))
print(-2 ** 62 - 1, -(-2 ** 62), -(-4611686018427387904), ~(2 ** 62 - 1), ~-1, - - -3, not not [], -True, +True)
import warnings; warnings.simplefilter("ignore"); print(~True)
