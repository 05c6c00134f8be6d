# raise, try, except, else, finally, and what flows through them.
def run(f):
    try:
        print("try", end=" ")
        f()
    except ZeroDivisionError as e:
        print("zero:", e, end=" ")
    except (KeyError, IndexError) as e:
        print("lookup:", type(e).__name__, e, end=" ")
    except Exception as e:
        print("other:", repr(e), end=" ")
    else:
        print("else", end=" ")
    finally:
        print("finally")
run(lambda: None); run(lambda: 1 / 0); run(lambda: {}["k"]); run(lambda: [][0]); run(lambda: int("z"))
def order():
    for i in range(3):
        try:
            if i == 0: continue
            if i == 2: return "returned"
        finally:
            print("cleanup", i)
print(order())
def override():
    try:
        return "try"
    finally:
        return_value = "finally runs"
        print(return_value)
print(override())
class MyError(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code
try:
    raise MyError(7)
except MyError as e:
    print(e, e.code, e.args, repr(e))
try: e
except NameError as n: print(n)
try:
    try:
        raise ValueError("inner")
    except ValueError as v:
        raise KeyError("outer") from v
except KeyError as k:
    print(repr(k.__cause__), repr(k.__context__), k.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        undefined
except NameError as n:
    print(n, "|", repr(n.__context__), n.__cause__)
def reraise():
    try:
        raise OSError(2, "no file", "name")
    except OSError as o:
        print(o.errno, o.strerror, o.filename)
        raise
try: reraise()
except FileNotFoundError as f: print(f, type(f).__mro__[1].__name__)
try: raise ValueError
except ValueError as v: print(repr(v), v.args)
for bad in (1, "x", int):
    try: raise bad
    except TypeError as t: print(t)
