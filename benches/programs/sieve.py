# Lists of booleans and nested integer loops.
# small: 1000
import sys

def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    p = 2
    while p * p <= n:
        if flags[p]:
            for multiple in range(p * p, n + 1, p):
                flags[multiple] = False
        p += 1
    count = total = 0
    for i in range(n + 1):
        if flags[i]:
            count += 1
            total += i
    return count, total

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 15000000
    print(*sieve(n))

main()
