# The game of life, drawn in text:   life [GENERATIONS]
import sys
from collections import Counter

GLIDER_AND_BLINKER = """
.#........
..#.......
###....#..
.......#..
.......#..
"""


def parse(picture):
    return {(x, y) for y, row in enumerate(picture.split()) for x, c in enumerate(row) if c == "#"}


def step(cells):
    near = Counter((x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return {cell for cell, n in near.items() if n == 3 or n == 2 and cell in cells}


def draw(cells, width=12, height=8):
    for y in range(height):
        print("".join("█" if (x, y) in cells else "·" for x in range(width)))


cells = parse(GLIDER_AND_BLINKER)
for generation in range(int(sys.argv[1]) if len(sys.argv) > 1 else 4):
    print(f"generation {generation}: {len(cells)} alive")
    draw(cells)
    cells = step(cells)
