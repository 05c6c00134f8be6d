# Integer loop with branches: the longest Collatz chain below n.
# small: 1000
import sys

def longest(limit):
    best, best_steps = 1, 0
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            if n & 1:
                n = 3 * n + 1
            else:
                n >>= 1
            steps += 1
        if steps > best_steps:
            best, best_steps = start, steps
    return best, best_steps

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 280000
    print(*longest(n))

main()
