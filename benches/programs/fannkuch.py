# Permutations: list indexing, slices and reversal.
# small: 6
import sys

def fannkuch(n):
    perm1 = list(range(n))
    count = [0] * n
    most = checksum = 0
    r = n
    sign = 1
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        flips = 0
        perm = perm1[:]
        first = perm[0]
        while first:
            perm[:first + 1] = perm[first::-1]
            flips += 1
            first = perm[0]
        if flips > most:
            most = flips
        checksum += sign * flips
        sign = -sign
        while True:
            if r == n:
                return checksum, most
            head = perm1[0]
            for i in range(r):
                perm1[i] = perm1[i + 1]
            perm1[r] = head
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    for _ in range(4):
        print(*fannkuch(n))

main()
