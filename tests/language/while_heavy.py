# Loops long enough to be worth compiling.
def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
print(max(range(1, 3000), key=collatz), sum(collatz(i) for i in range(1, 1000)))
def primes(n):
    sieve = [True] * (n + 1)
    sieve[0] = sieve[1] = False
    i = 2
    while i * i <= n:
        if sieve[i]:
            for j in range(i * i, n + 1, i):
                sieve[j] = False
        i += 1
    return [i for i, p in enumerate(sieve) if p]
p = primes(5000)
print(len(p), p[-1], sum(p))
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
print(sum(gcd(a, b) for a in range(1, 60) for b in range(1, 60)))
def overflow():
    x = 1
    for i in range(200):
        x = x * 3 + 1
    return x
print(overflow())
def floats():
    s = 0.0
    k = 1
    while k < 20000:
        s += 1.0 / (k * k)
        k += 1
    return s
print(floats())
def mixed():
    x = 0
    for i in range(1000):
        x += i if i % 3 else 0.5
    return x
print(mixed())
def overflow_sum():
    t = 2 ** 62 - 500
    for i in range(1000):
        t += 1
    return t
print(overflow_sum())
