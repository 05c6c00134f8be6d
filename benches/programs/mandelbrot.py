# Floating-point arithmetic in local variables.
# small: 30
import sys

def mandelbrot(size, limit=60):
    inside = 0
    steps = 0
    for row in range(size):
        ci = 2.0 * row / size - 1.0
        for column in range(size):
            cr = 2.0 * column / size - 1.5
            zr = zi = 0.0
            i = 0
            while i < limit:
                zr2 = zr * zr
                zi2 = zi * zi
                if zr2 + zi2 > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = zr2 - zi2 + cr
                i += 1
            steps += i
            if i == limit:
                inside += 1
    return inside, steps

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 760
    print(*mandelbrot(n))

main()
