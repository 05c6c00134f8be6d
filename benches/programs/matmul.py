# Matrix multiplication and elimination on lists of lists of floats.
# small: 12
import sys

def multiply(a, b):
    n, m, p = len(a), len(b), len(b[0])
    out = [[0.0] * p for _ in range(n)]
    for i in range(n):
        row = a[i]
        target = out[i]
        for j in range(p):
            total = 0.0
            for k in range(m):
                total += row[k] * b[k][j]
            target[j] = total
    return out

def determinant(m):
    m = [row[:] for row in m]
    n = len(m)
    result = 1.0
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(m[r][i]))
        if pivot != i:
            m[i], m[pivot] = m[pivot], m[i]
            result = -result
        result *= m[i][i] / 10.0
        for r in range(i + 1, n):
            factor = m[r][i] / m[i][i]
            for c in range(i, n):
                m[r][c] -= factor * m[i][c]
    return result

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 310
    a = [[((i * 7 + j * 13) % 11) / 4 + (10.0 if i == j else 0.0) for j in range(n)] for i in range(n)]
    b = [list(column) for column in zip(*a)]
    c = multiply(a, b)
    print(sum(c[i][i] for i in range(n)), c[0][n - 1], f"{determinant(a):.6e}")

main()
