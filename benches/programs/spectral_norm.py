# Generator expressions, zip and float division.
# small: 20
import sys
from math import sqrt

def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)

def times(v):
    n = len(v)
    return [sum(a(i, j) * v[j] for j in range(n)) for i in range(n)]

def times_transposed(v):
    n = len(v)
    return [sum(a(j, i) * v[j] for j in range(n)) for i in range(n)]

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 560
    u = [1.0] * n
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    vbv = sum(x * y for x, y in zip(u, v))
    vv = sum(y * y for y in v)
    print(f"{sqrt(vbv / vv):.9f}")

main()
