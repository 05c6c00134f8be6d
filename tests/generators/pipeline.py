# Generators feeding generators, run long enough to be hot.
def numbers(n):
    for i in range(n): yield i
def take(n, it):
    for x in it:
        if n <= 0: return
        n -= 1
        yield x
def grouped(it, k):
    group = []
    for x in it:
        group.append(x)
        if len(group) == k:
            yield tuple(group)
            group = []
    if group: yield tuple(group)
def flatten(it):
    for g in it: yield from g
def scan(it):
    total = 0
    for x in it:
        total += x
        yield total
print(list(grouped(take(7, numbers(100)), 3)), sum(flatten(grouped(numbers(5000), 7))), list(take(5, scan(numbers(10 ** 9)))))
def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n
        n += 1
print(list(take(15, primes())), next(p for p in primes() if p > 500))
def merge(a, b):
    a, b = iter(a), iter(b)
    x, y = next(a, None), next(b, None)
    while x is not None or y is not None:
        if y is None or x is not None and x <= y: yield x; x = next(a, None)
        else: yield y; y = next(b, None)
print(list(merge([1, 4, 6], [2, 3, 7, 8])))
def permutations(l):
    if len(l) <= 1: yield l
    else:
        for i in range(len(l)):
            for rest in permutations(l[:i] + l[i + 1:]): yield [l[i]] + rest
print(sum(1 for _ in permutations(list(range(6)))), list(permutations([1, 2, 3])))
def roundrobin(*its):
    its = [iter(i) for i in its]
    while its:
        for i in its[:]:
            try: yield next(i)
            except StopIteration: its.remove(i)
print("".join(roundrobin("abc", "d", "ef")))
