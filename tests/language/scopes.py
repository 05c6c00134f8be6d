# global, nonlocal, class scope, comprehension scope.
x = "global"
def read(): return x
def shadow():
    x = "local"
    return x, read()
def write():
    global x, fresh
    x = "written"
    fresh = 1
print(read(), shadow())
write()
print(x, fresh)
class C:
    x = "class"
    y = x + "!"
    def method(self): return x
    z = [x for _ in range(2)]
    w = [v for v in x]
print(C.x, C.y, C().method(), C.z, C.w)
def f():
    x = "f"
    class D:
        print(x)
        x = "D"
        print(x)
        def g(self): return x
    return D().g()
print(f())
print([x for x in range(3)], x)
def g():
    result = [(y := n) for n in range(4)]
    return y, result
print(g())
del fresh
try:
    fresh
except NameError as e:
    print(e)
print("x" in globals(), "x" in dir(), sorted((lambda a, b: locals())(1, 2).items()))
def h():
    a = 1
    b = 2
    return sorted(locals().items())
print(h())
