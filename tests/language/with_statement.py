# Context managers: order, suppression, several at once.
class CM:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter": raise RuntimeError("enter " + self.name)
        return self.name.upper()
    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        if self.fail == "exit": raise RuntimeError("exit " + self.name)
        return self.suppress
with CM("a") as a, CM("b") as b:
    print(a, b)
with (CM("p") as p, CM("q"),):
    print(p)
with CM("s", suppress=True):
    raise ValueError("gone")
print("after")
try:
    with CM("o", suppress=False), CM("i", fail="exit"):
        raise ValueError("first")
except RuntimeError as e:
    print(e, repr(e.__context__))
try:
    with CM("x"), CM("y", fail="enter"):
        print("not here")
except RuntimeError as e:
    print(e)
def early():
    for i in range(2):
        with CM(f"loop{i}"):
            if i == 0: continue
            return "value"
print(early())
with CM("t") as (x): print(x)
holder = {}
with CM("k") as holder["key"]: pass
print(holder)
for bad in (5, object()):
    try:
        with bad: pass
    except TypeError as e: print(e)
class Half:
    def __enter__(self): return self
try:
    with Half(): pass
except TypeError as e: print(e)
#: stress
