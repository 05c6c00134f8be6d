# match: literals, captures, sequences, mappings, classes, guards, or, as.
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Color:
    RED = "red"
def kind(v):
    match v:
        case 0: return "zero"
        case -1 | 1: return "unit"
        case 2.5: return "float"
        case 1 + 2j: return "complex"
        case True | False: return "bool"
        case None: return "none"
        case Color.RED: return "constant"
        case "a" "b": return "ab"
        case str() as s if len(s) > 5: return f"long {s}"
        case str(s): return f"str {s}"
        case bytes(b"x"): return "bytes"
        case []: return "empty"
        case [x]: return f"one {x}"
        case [x, y] if x == y: return f"pair equal {x}"
        case (1, _, *rest): return f"starts 1, rest {rest}"
        case [*_, "end"]: return "ends"
        case [first, *middle, last]: return f"{first}..{middle}..{last}"
        case {"type": "circle", "r": r}: return f"circle {r}"
        case {"a": {"b": [_, deep]}, **others}: return f"deep {deep} {others}"
        case {}: return "mapping"
        case Point(0, 0): return "origin"
        case Point(x=0, y=y): return f"on y at {y}"
        case Point(x, y) as p if x == y: return f"diagonal {p.x}"
        case Point(): return "point"
        case int(n) | float(n): return f"number {n}"
        case _: return "other"
for v in [0, 1, -1, 2.5, 1 + 2j, True, False, None, "red", "ab", "longer text", "s", b"x", b"y", [], [5], (3, 3), (1, 2),
          [1, 2, 3, 4], ["x", "y", "end"], [7, 8, 9], {"type": "circle", "r": 3, "z": 0}, {"a": {"b": [1, 2]}, "c": 3}, {"q": 1},
          {}, Point(0, 0), Point(0, 4), Point(2, 2), Point(1, 2), 99, 9.75, object, {1, 2}, range(3), iter([])]:
    print(kind(v))
def cmd(line):
    match line.split():
        case ["go", ("north" | "south") as d]: return d
        case ["take", *items]: return items
        case ["quit" | "exit"]: return None
        case other: return ("?", other)
print(cmd("go north"), cmd("go up"), cmd("take a b"), cmd("exit"))
try:
    match Point(1, 2):
        case Point(1, 2, 3): pass
except TypeError as e: print(e)
try:
    match Point(1, 2):
        case Point(1, x=2): pass
except TypeError as e: print(e)
#: stress
