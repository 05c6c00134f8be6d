"""bisect and heapq: results, messages, lists that change while they are compared."""
import bisect
import heapq


def show(f, *args, **kwargs):
    try:
        print(f.__name__, kwargs, "->", f(*args, **kwargs))
    except Exception as e:
        print(f.__name__, kwargs, "->", type(e).__name__, e)


show(bisect.bisect_left)
show(bisect.bisect_left, [1])
show(bisect.bisect_left, [1, 2], 2, -1)
show(bisect.bisect_left, [1, 2], 2, 0, None)
show(bisect.bisect_right, [1, 2, 2], 2, 0, 9)
show(bisect.bisect_right, [1, 2, 2], 2, key=3)
show(bisect.bisect_right, "abcde", "c")
show(bisect.bisect, [1, 2], "a")
show(bisect.insort, 5, 1)
show(bisect.insort, (1, 2), 1)
show(bisect.bisect, [1], 1, hi=-5)
show(bisect.bisect, [1], 1, 0, "a")
show(bisect.bisect, [1], 1, 0, 1, None)
words = ["a", "bb", "ccc", "ccc", "dddd"]
print(bisect.bisect_left(words, 3, key=len), bisect.bisect_right(words, 3, key=len))
bisect.insort_left(words, "eee", key=len)
bisect.insort(words, "fff", key=len)
print(words)


class Picky(list):
    def insert(self, i, x):
        print("insert", i, x)


bisect.insort(Picky([1, 2, 3]), 2)

for name in ("heappush", "heappushpop", "heapreplace", "heappush_max", "heappushpop_max", "heapreplace_max"):
    show(getattr(heapq, name), (1,), 2)
    show(getattr(heapq, name), [1])
    show(getattr(heapq, name), [], 2)
for name in ("heappop", "heapify", "heappop_max", "heapify_max"):
    show(getattr(heapq, name), (1,))
    show(getattr(heapq, name), [])
show(heapq.heapify, [3, 1, "a"])

numbers = [(n * 7919) % 1009 for n in range(3000)]
for kind in (int, float, str):
    items = [kind(n) for n in numbers]
    heap = items[:]
    heapq.heapify(heap)
    print(hash(tuple(map(float, heap))), heap[:5], [heapq.heappop(heap) for _ in range(len(heap))] == sorted(items))
    heap = items[:]
    heapq.heapify_max(heap)
    print(heap[:5], [heapq.heappop_max(heap) for _ in range(len(heap))] == sorted(items, reverse=True))
    heap = []
    for item in items[:500]:
        heapq.heappush(heap, item)
    for item in items[500:1000]:
        heapq.heappushpop(heap, item)
    for item in items[1000:1200]:
        heapq.heapreplace(heap, item)
    print(heap[:6], len(heap))
print(heapq.nlargest(4, numbers), heapq.nsmallest(4, numbers, key=lambda n: -n), list(heapq.merge([1, 4], [2, 3], [0])))


class Hostile:
    def __lt__(self, other):
        heap.clear()
        return True


for f in (heapq.heappop, heapq.heapify):
    heap = [Hostile() for _ in range(6)]
    show(f, heap)
for f in (heapq.heappush, heapq.heappushpop, heapq.heapreplace):
    heap = [Hostile() for _ in range(6)]
    try:
        f(heap, Hostile())
    except Exception as e:
        print(f.__name__, type(e).__name__, e)
