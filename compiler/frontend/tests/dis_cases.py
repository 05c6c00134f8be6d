"""What the disassembler is compared with CPython's on."""
import os.path as p
from sys import *


class A[T](B, metaclass=M):
    x: int = 1

    def f(self, a, /, b=(1, 'x', 2.5), *c, d=b'\x00"', **e) -> None:
        "Doc."
        super().f(a)
        for i in a[1:2]:
            if i is not None and i not in c or a <= b:
                del e[i]
            elif a is None:
                continue
            x, *y = b
        else:
            print(f"{a!r} {b:>{d}}", *c, **e)
        return lambda: (a, self, [j for j in c if j], slice)

    async def g(self):
        try:
            async with self as s:
                await s
            async for k in s:
                yield k
        except (E, F) as e:
            raise G from e
        except:
            pass
        finally:
            assert 1, "no"
        with open(p) as q:
            q.x += 1 @ 2 // 3
            match q:
                case A(x=1, y=[_, *z]) | {'k': z, **_}:
                    global w
                    w = z


x = -1e300 * 1j, ..., {1: 2, **y}, {*z, 1}, 10 ** 30, t"{x}"
