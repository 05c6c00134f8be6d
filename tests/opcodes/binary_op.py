# BINARY_OP: all operators, on ints at the edges of machine words, floats, and mixtures; in-place forms.
edge = [0, 1, -1, 2 ** 31, 2 ** 61, 2 ** 62 - 1, 2 ** 62, -2 ** 62, -2 ** 62 - 1, 2 ** 63 - 1, -2 ** 63, 2 ** 64]
def ops(a, b):
    out = [a + b, a - b, a * b, a & b, a | b, a ^ b]
    if b: out += [a // b, a % b]
    return out
for a in edge:
    total = 0
    for b in edge: total = total * 3 + sum(ops(a, b))
    print(a, total)
def shifts(a): return [a << n for n in (0, 1, 5, 62, 63, 64, 100)], [a >> n for n in (0, 1, 5, 62, 63, 64, 100)]
for a in (1, -1, 12345, -2 ** 62, 2 ** 70): print(shifts(a))
def inplace(a, b):
    r = []
    for op in range(8):
        x = a
        if op == 0: x += b
        elif op == 1: x -= b
        elif op == 2: x *= b
        elif op == 3: x //= b
        elif op == 4: x %= b
        elif op == 5: x &= b
        elif op == 6: x |= b
        else: x ^= b
        r.append(x)
    return r
print(inplace(17, 5), inplace(-17, 5), inplace(17, -5), inplace(2 ** 62, 2 ** 62), inplace(True, 3))
def power(a, b): return a ** b
print(power(2, 0), power(2, 10), power(2, 62), power(2, 63), power(2, 64), power(-3, 3), power(2.0, 3), power(2, -1), power(0, 0), power(10, 30), power(4, 0.5))
def div(a, b): return a / b
print(div(1, 3), div(-7, 2), div(10 ** 30, 10 ** 28), div(2 ** 62, 3), div(1.5, 2), div(0, 5), div(6, 2))
def fl(a, b): return a + b, a - b, a * b, a / b, a // b, a % b, a ** 2
print(fl(7.5, 2.0), fl(-7.5, 2), fl(7, -2.5), fl(1e150, 10.0), fl(1e-308, 1e10))
print([divmod(a, b) for a in (7, -7) for b in (2, -2)], [a % b for a in (7.5, -7.5) for b in (2, -2)], -7 // 2.0, 0.0 % -3, -0.0 // 5)
l = [1]; k = l; l += [2]; l *= 2; print(k is l, l); t = (1,); u = t; t += (2,); print(u, t); s = {1}; v = s; s |= {2}; s -= {1}; print(v is s, s); d = {}; w = d; d |= {1: 2}; print(w); z = "a"; z += "b"; z *= 3; z %= (); print(z)
#: stress
