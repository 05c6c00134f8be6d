# Names and dunder values of the main module.
print(__name__, __doc__, __spec__ is None, type(__builtins__).__name__)
x = 1
globals()["y"] = 2
print(x, y)
def f(): return y
y = 3
print(f())
exec("z = x + y")
print(z, eval("z * 2"), eval("a + 1", {"a": 10}), eval("a + b", {"a": 1}, {"b": 2}))
ns = {}
exec("def g(n):\n    return n * k\nk = 3", ns)
print(ns["g"](5), sorted(k for k in ns if k != "__builtins__"))
code = compile("1 + 2", "<s>", "eval")
print(eval(code), code.co_filename)
code = compile("for i in range(2): print(i)", "<s>", "exec")
exec(code)
try: eval("1 +")
except SyntaxError as e: print(e.msg, e.lineno, e.offset)
try: exec("x = = 1")
except SyntaxError as e: print(e)
import sys
print(sys.modules["__main__"].x, vars(sys.modules["__main__"]) is globals())
del x
print("x" in globals())
if __name__ == "__main__":
    print("main")
