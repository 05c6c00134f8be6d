# A hot function whose globals change under it.
#: stress
K = 1
def step(x): return x + 1
def hot(n):
    t = 0
    for i in range(n):
        t = step(t) + K
    return t
print(hot(2000))
def step(x): return x + 2
print(hot(2000))
K = 0.5
print(hot(2000))
globals()["step"] = lambda x: x * 1
print(hot(10))
exec("K = 10")
print(hot(10))
step = type("Callable", (), {"__call__": lambda self, x: x - 1})()
print(hot(10))
del K
try: hot(1)
except NameError as e: print(e)
K = "s"
try: hot(1)
except TypeError as e: print(e)
def switch(n):
    global K
    out = []
    for i in range(n):
        if i == n // 2: K = 100
        out.append(K)
    return sum(out)
K = 1
print(switch(1000))
def rebind_inside(n):
    t = 0
    for i in range(n):
        t = helper(t)
        if i == 5: globals()["helper"] = lambda t: t + 1000
    return t
def helper(t): return t + 1
print(rebind_inside(10))
import sys
setattr(sys.modules["__main__"], "K", 7); print(K, hot.__globals__["K"])
sys.modules["__main__"].__dict__.update(K=8); print(K)
