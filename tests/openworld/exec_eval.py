# exec and eval against live scopes, classes made at run time.
def f():
    x = 1
    exec("x = 2")
    d = {}
    exec("y = x + 10", globals() | {"x": x}, d)
    l = locals()
    l["x"] = 99
    return x, d, eval("x + 1")
print(f())
for i in range(3): exec(f"v{i} = {i} * 10")
print(v0, v1, v2)
src = "\n".join(f"def fn{i}(n): return n + {i}" for i in range(5))
exec(src)
print([globals()[f"fn{i}"](100) for i in range(5)])
ns = {"__name__": "made"}
exec('''
class Made:
    def hi(self): return __name__, type(self).__name__
def gen():
    yield from range(3)
result = [c for c in gen()]
''', ns)
print(ns["Made"]().hi(), ns["result"], ns["Made"].__module__)
class Rec(dict):
    def __missing__(self, k): return f"<{k}>"
    def __setitem__(self, k, v): print("set", k); super().__setitem__(k, v)
m = Rec(); exec("a = b\nc = a", {}, m); print(m["c"], dict(m))
print(eval("[x * k for x in range(3)]", {"k": 3}), eval(compile("lambda q: q + 1", "", "eval"))(4), eval("(lambda: z)()", {"z": 9}))
code = compile("total = sum(data)", "<gen>", "exec")
for data in ([1, 2], [3.5], [10 ** 20, 1]): exec(code); print(total)
T = type("T", (), {f"m{i}": (lambda self, i=i: i) for i in range(3)}); print(T().m2())
def make(op):
    exec(f"def g(a, b): return a {op} b", s := {})
    return s["g"]
print([make(op)(7, 2) for op in ("+", "-", "*", "/", "//", "%", "**", "<<", "<", "is not")])
print(eval("locals()", {}, {"only": 1}), eval("__name__"), "v0" in eval("globals()"))
class C:
    exec("attr = 5")
    print(eval("attr"), sorted(k for k in locals() if k[0] != "_"))
print(C.attr)
def scope():
    a = 1
    return eval("a"), sorted(eval("locals()")), [eval("a") for _ in range(2)]
print(scope())
#: stress
