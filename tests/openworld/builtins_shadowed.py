# Built-ins replaced, shadowed and restored while functions are hot.
import builtins
def measure(l):
    t = 0
    for i in range(100): t += len(l)
    return t
print(measure([1, 2, 3]))
len = lambda x: 7
print(measure([1]))
del len
print(measure([1]))
original = builtins.len
builtins.len = lambda x: 50
print(measure([1]))
builtins.len = original
print(measure([1, 2]))
builtins.fresh = "new builtin"
print(fresh)
def use_range():
    out = []
    for i in range(3): out.append(i)
    return out
print(use_range())
range = lambda n: ["shadow"] * n
print(use_range())
del range
print(use_range())
print_saved = print
def print(*a): print_saved("[", *a, "]")
print("x")
del print
print("y")
def isinst(x): return isinstance(x, int), int("5"), str(5), abs(-1)
print(isinst(1)); int = float; print(isinst(1)); del int; abs = lambda x: "abs"; print(isinst(True)); del abs
ns = {"__builtins__": {"len": lambda x: "custom", "print": print}}
exec("print(len([]))", ns)
try: exec("print(max(1))", ns)
except NameError as e: print(e)
del builtins.fresh
try: fresh
except NameError as e: print(e)
True_ = True; builtins.__dict__["odd"] = 3; print(odd); del builtins.odd
