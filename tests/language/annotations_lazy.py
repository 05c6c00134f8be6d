# Annotations: lazy, of variables, functions and classes; type aliases and parameters.
def f(a: undefined_name, b: int = 1) -> "str": return a
print(f(5))
try: f.__annotations__
except NameError as e: print(e)
class C:
    x: int = 1
    y: "later"
    z: list[int]
print(C.__annotations__, C.x, hasattr(C, "y"))
v: int
w: str = "w"
print(w, "v" in globals(), __annotate__(1) if False else "ok")
def g[T](x: T, *rest: T) -> list[T]: return [x, *rest]
print(g(1, 2), g.__type_params__, [repr(p) for p in g.__type_params__])
class Box[T, *Ts, **P]:
    def __init__(self, item: T): self.item = item
print(Box(3).item, Box.__type_params__, Box[int, str, [bool]])
type Alias[K] = dict[K, int]
print(Alias, Alias.__name__, Alias.__value__, Alias[str])
type Rec = list[Rec] | int
print(Rec.__value__)
print(list[int], dict[str, list[int]], int | str, int | None, tuple[int, ...])
print(isinstance(5, int | str), isinstance("s", int | str), isinstance(1.5, int | str), (int | str).__args__)
def h():
    local: int = 3
    other: undefined
    return local
print(h(), list[int]([1]), list[int].__origin__, list[int].__args__)
