"""cmath: values to twelve digits, special values with their signs, messages."""
import cmath
from cmath import inf, nan

NAMES = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase polar".split()


def text(x):
    if isinstance(x, complex):
        return f"{x.real:.12g} {x.imag:.12g}"
    return f"{x:.12g}"


def show(f, *args):
    try:
        result = f(*args)
        shown = " ".join(map(text, result)) if isinstance(result, tuple) else text(result)
    except Exception as e:
        shown = f"{type(e).__name__}: {e}"
    print(f.__name__, *args, "->", shown)


for name in NAMES:
    f = getattr(cmath, name)
    for x in (0.0, -0.0, 2.5, -0.3, inf, -inf, nan):
        for y in (0.0, -0.0, 1.25, -7.0, inf, nan):
            show(f, complex(x, y))
    show(f, complex(1e308, 1e308))
    show(f, complex(710, 1))
    show(f, complex(-1e-310, 1e-310))
    show(f, "a")
    show(f, 3)

for args in [(2, 1), (0, 5), (inf, 1), (-inf, 0.0), (nan, 0.0), (inf, inf), (1, inf), (1j, 2), (1,)]:
    show(cmath.rect, *args)
for args in [(8, 2), (8, 0), (8, 1), (8, "a"), (), (1, 2, 3), (8, 1j)]:
    show(cmath.log, *args)
print(cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1j, 1, abs_tol=5), cmath.isclose(inf, inf), cmath.isclose(inf, 1))
for args, kwargs in [((1, "a"), {}), ((1,), {}), ((1, 2), {"rel_tol": -1})]:
    try:
        print(cmath.isclose(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)
print([f(z) for f in (cmath.isfinite, cmath.isinf, cmath.isnan) for z in (1j, complex(inf, nan), complex(0, nan))])
print(cmath.pi, cmath.infj, cmath.nanj)
