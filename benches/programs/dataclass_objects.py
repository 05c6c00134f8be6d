# Real dataclasses: construction, comparison, hashing, replace.
# small: 500
import sys
from dataclasses import dataclass, field, replace

@dataclass(frozen=True, order=True)
class Key:
    group: int
    name: str

@dataclass
class Item:
    key: Key
    price: float
    count: int = 1
    tags: list = field(default_factory=list)

    @property
    def total(self):
        return self.price * self.count

@dataclass(slots=True)
class Point:
    x: int
    y: int

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1100000
    items = {}
    for i in range(n):
        key = Key(i % 50, f"n{i % 331}")
        item = items.get(key)
        if item is None:
            items[key] = Item(key, i % 100 / 4, tags=[i])
        else:
            item.count += 1
            item.tags.append(i)
    print(len(items), sum(item.total for item in items.values()))
    keys = sorted(items)
    print(keys[0], keys[-1], max(len(item.tags) for item in items.values()))
    p = Point(0, 0)
    for i in range(n * 2):
        p = p.moved(i % 3 - 1, 1)
    print(p, p == Point(p.x, p.y))
    k = keys[0]
    for i in range(n // 8):
        k = replace(k, group=i)
    print(k)

main()
