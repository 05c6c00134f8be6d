# list.sort with and without keys, and a merge sort and heap written in Python.
# small: 500
import sys

def numbers(n):
    seed = 7
    out = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(seed >> 8)
    return out

def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = merge_sort(items[:middle]), merge_sort(items[middle:])
    out = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            out.append(left[i])
            i += 1
        else:
            out.append(right[j])
            j += 1
    out.extend(left[i:])
    out.extend(right[j:])
    return out

def heap_sort(items):
    heap = []
    for x in items:
        heap.append(x)
        i = len(heap) - 1
        while i and heap[(i - 1) >> 1] > heap[i]:
            parent = (i - 1) >> 1
            heap[i], heap[parent] = heap[parent], heap[i]
            i = parent
    out = []
    while heap:
        out.append(heap[0])
        last = heap.pop()
        n = len(heap)
        if n:
            heap[0] = last
            i = 0
            while 2 * i + 1 < n:
                child = 2 * i + 1
                if child + 1 < n and heap[child + 1] < heap[child]:
                    child += 1
                if heap[i] <= heap[child]:
                    break
                heap[i], heap[child] = heap[child], heap[i]
                i = child
    return out

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 260000
    data = numbers(n)
    plain = sorted(data)
    print(merge_sort(data) == plain, heap_sort(data) == plain)
    words = [str(x) for x in data]
    words.sort(key=lambda w: (len(w), w[::-1]))
    pairs = sorted(((x % 100, i) for i, x in enumerate(data)), reverse=True)
    print(plain[n // 2], words[n // 2], pairs[n // 2])

main()
