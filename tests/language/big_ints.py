# Integers past one machine word.
a = 2 ** 62
for step in range(5):
    print(a, -a, a + 1, a - 1, a * a)
    a *= 2
big = 3 ** 200
print(big, big // 7 ** 30, big % 10 ** 9, -big // 10 ** 50, -big % 97)
print(big >> 100, -big >> 100, big & 0xffffffff, (1 << 130) | 1, big ^ big, ~big)
print(divmod(big, 12345678901234567890), divmod(-big, 10 ** 40))
print(big == 3 ** 200, big > 3 ** 199, big < 10 ** 80, hash(big) == hash(3 ** 200))
print(9223372036854775807 + 1, -9223372036854775808 - 1, 4611686018427387903 + 1, -4611686018427387904 - 1)
print(9223372036854775807 * 2, 4611686018427387904 * 2, -4611686018427387904 * -1)
print(10 ** 20 / 10 ** 18, 2 ** 100 / 3, 10 ** 400 // 10 ** 399)
print(pow(3, 1000, 10 ** 9 + 7), pow(7, -1, 31), 2 ** -2)
print(int("123456789" * 5), str(2 ** 64), hex(2 ** 70), (2 ** 70).bit_length())
total = 1
for i in range(1, 31):
    total *= i
print(total)
while total > 1:
    total //= 1000
print(total)
