# Allocation: many small trees that die young beside one that stays.
# small: 6
import sys

class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right

def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))

def count(node):
    if node.left is None:
        return 1
    return 1 + count(node.left) + count(node.right)

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 16
    print("stretch", count(build(n + 1)))
    kept = build(n)
    for depth in range(4, n + 1, 4):
        trees = 1 << (n - depth + 4)
        total = 0
        for _ in range(trees):
            total += count(build(depth))
        print(trees, depth, total)
    print("kept", count(kept))

main()
