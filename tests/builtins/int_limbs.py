# Arithmetic of big ints at the borders of limbs, words and algorithms.
import random
import sys

random.seed(11)
sys.set_int_max_str_digits(0)


def number(bits):
    kind = random.randrange(5)
    n = random.getrandbits(bits)
    if kind == 0:
        n = (1 << bits) - random.randrange(2)
    elif kind == 1:
        n = n >> 64 << 64
    elif kind == 2:
        n = 1 << random.randrange(bits + 1)
    return -n if random.randrange(2) else n


SIZES = (5, 61, 62, 63, 64, 65, 127, 128, 129, 200, 700, 3000)
seen = 0


def note(*numbers):
    global seen
    for n in numbers:
        seen = (seen * 31 + hash(n)) & 0xFFFFFFFFFFFF


for i in range(2500):
    a, b = number(random.choice(SIZES)), number(random.choice(SIZES))
    note(a + b, a - b, a * b, a & b, a | b, a ^ b, ~a, -a, abs(a), a < b, a == b, a >= b)
    if b:
        q, r = divmod(a, b)
        note(q, r, a // b, a % b)
        assert q * b + r == a and (0 <= r < b or b < r <= 0)
    shift = random.randrange(200)
    note(a << shift, a >> shift)
    assert int(str(a)) == a and (a + b) - b == a and (a ^ b) ^ b == a and (a & b) + (a | b) == a + b
    assert a - a == 0 and not a - a
    if i % 500 == 0:
        print(i, seen)

for bits in (9000, 20000, 40000):
    a, b = number(bits), number(bits // 2) or 1
    note(a * b, a // b, a % b)
    assert divmod(a * b, b) == (a, 0)

for digits in (18, 19, 20, 38, 100, 640, 1500, 1600, 5000, 9000):
    n = random.randrange(10**digits)
    assert int(str(n)) == n and int("-" + str(n)) == -n and int("00" + str(n)) == n
    note(hash(n), len(str(10**digits)), len(str(10**digits - 1)), len(str(-(10**digits))))
    assert str(10**digits) == "1" + "0" * digits and str(10**digits - 1) == "9" * digits

print(seen)
print((1 << 62) - 1 + 1, -(1 << 62) - 1, -(-(1 << 62)), (1 << 63) - (1 << 62), int("1_000_000_000_000_000_000_000"))
print(-(2**64) // 2**64, -(2**64) % 7, (-(2**64) - 1) // 2**64, (2**128 - 1) // -(2**64), (2**128 - 1) % -(2**64))
print(-(2**64) >> 64, (-(2**64) - 1) >> 64, -(2**200) >> 199, -1 >> 500, 0 << 1000, 1 << 64)
