# Floating-point arithmetic and printing.
print(1.5 + 2.25, 1.5 - 2.25, 1.5 * 2.0, 7.0 / 2.0, 7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 2.0 ** 0.5)
print(0.1 + 0.2, 1e16, 1e15, 123456789.123456789, 1e-4, 1e-5, 1.0, -0.0, 100.0, 1e22, 1e23)
print(float("inf"), float("-inf"), float("nan"), 1e308 * 10, -1e308 * 10)
print(1.0 == 1, 1.5 > 1, 0.0 == -0.0, float("nan") == float("nan"), 2 ** 53 + 1 == float(2 ** 53))
print(1 + 0.5, 3 * 0.5, 1 / 3, 2 / 4, 10 // 3.0, 10 % 3.5)
x = 1.0
for i in range(10):
    x = x / 2 + 1 / x
print(x)
print(5e-324, 1.7976931348623157e308, 2.2250738585072014e-308)
print(divmod(7.5, 2), divmod(-7.5, 2), abs(-3.5), -(2.5), +2.5)
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(1e20))
print(int(3.99), int(-3.99), bool(0.0), bool(0.1), (2.0).is_integer())
total = 0.0
for i in range(1000):
    total += i * 0.001
print(total)
