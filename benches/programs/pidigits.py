# Big integers: digits of pi by a streaming spigot.
# small: 50
import sys

def digits(n):
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    out = []
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return out

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    found = digits(n)
    print("".join(map(str, found[:20])), "".join(map(str, found[-20:])), sum(found))
    f = 1
    for i in range(1, n + 1):
        f *= i
    print(f % (10 ** 9 + 7), f.bit_length(), pow(3, f % (1 << 512), (1 << 521) - 1) % 1000007)

main()
