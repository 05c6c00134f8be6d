# Long expressions: evaluation order of operands, arguments, subscripts, attributes.
log = []
def n(tag, value=None):
    log.append(tag)
    return value
class O:
    def __getattr__(self, name): log.append(name); return self
    def __call__(self, *a, **k): log.append("call"); return self
    def __getitem__(self, i): log.append("get"); return self
    def __setitem__(self, i, v): log.append("set")
def flush():
    print(" ".join(map(str, log))); log.clear()
n("a", O()).b(n("x"), n("y"), k=n("z")).c[n("i")].d(); flush()
n("o", O())[n("k")] = n("v"); flush()
(n("f", lambda *a, **k: None))(n(1), *n(2, ()), n(3), k=n(4), **n(5, {})); flush()
x = n("l", 1) + n("r", 2) * n("s", 3); flush()
{n("k1"): n("v1"), n("k2", 2): n("v2")}; flush()
[n("e1"), n("e2")][n("idx", 0)]; flush()
n("p", 1) < n("q", 0) < n("never", 5); flush()
n("yes", 1) if n("cond", 0) else n("no"); flush()
l = [1, 2]; n("l", l)[n("key", 0)] += n("add", 1); flush()
def f(a=n("default")): pass
flush()
@n("deco", lambda g: g)
def g(a=n("dflt")): pass
flush()
assert n("assert", True), n("message"); flush()
a = b = n("chain", O()); flush()
del n("dd", {1: 2})[n("dk", 1)]; flush()
print(n("lambda", lambda: 0)() , end=" "); flush()
