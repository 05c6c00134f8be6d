# The game of life on a set of tuples.
# small: 5
import sys

def step(cells):
    counts = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    spot = (x + dx, y + dy)
                    counts[spot] = counts.get(spot, 0) + 1
    return {spot for spot, n in counts.items() if n == 3 or n == 2 and spot in cells}

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    cells = {(1, 0), (2, 0), (0, 1), (1, 1), (1, 2)}
    sizes = []
    for i in range(n):
        cells = step(cells)
        if i % 100 == 0:
            sizes.append(len(cells))
    print(len(cells), sizes, min(cells), max(cells), sum(x * 31 + y for x, y in cells))

main()
