# Backtracking with recursion, sets of bits and lists.
# small: 6
import sys

def solve(n, row, columns, up, down, placed, solutions):
    if row == n:
        solutions.append(tuple(placed))
        return
    for column in range(n):
        if columns[column] or up[row + column] or down[row - column + n]:
            continue
        columns[column] = up[row + column] = down[row - column + n] = True
        placed.append(column)
        solve(n, row + 1, columns, up, down, placed, solutions)
        placed.pop()
        columns[column] = up[row + column] = down[row - column + n] = False

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 13
    solutions = []
    solve(n, 0, [False] * n, [False] * (2 * n), [False] * (2 * n + 1), [], solutions)
    print(len(solutions), solutions[0], solutions[-1])

main()
