# Dicts and sets with integer, string and tuple keys: inserts, look-ups, deletes, graph search.
# small: 500
import sys

def graph(n):
    edges = {}
    for i in range(n):
        edges.setdefault(i, []).append((i * 7 + 1) % n)
        edges.setdefault(i, []).append((i * 3 + 2) % n)
        edges.setdefault((i * 5) % n, []).append(i)
    return edges

def search(edges, start):
    seen = {start}
    frontier = [start]
    depth = {start: 0}
    while frontier:
        following = []
        for node in frontier:
            for other in edges[node]:
                if other not in seen:
                    seen.add(other)
                    depth[other] = depth[node] + 1
                    following.append(other)
        frontier = following
    return depth

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 420000
    depth = search(graph(n), 0)
    print(len(depth), max(depth.values()), sum(depth.values()))
    grid = {}
    for i in range(n):
        grid[i % 300, i // 300] = i
    print(sum(grid.get((x, y), 0) for x in range(100, 200) for y in range(0, n // 300 + 1)))
    names = {f"name{i}": i for i in range(n)}
    for i in range(0, n, 2):
        del names[f"name{i}"]
    print(len(names), sum(names.values()))
    a, b = set(range(0, n, 2)), set(range(0, n, 3))
    print(len(a & b), len(a | b), len(a - b), sum(a ^ b))
    merged = {**dict.fromkeys(range(n), 1), **dict.fromkeys(range(n // 2, n * 2), 2)}
    print(len(merged), sum(merged.values()))

main()
