# PUSH_EXC_INFO, CHECK_EXC_MATCH, POP_EXCEPT, RERAISE, RAISE_VARARGS, WITH_EXCEPT_START, CHECK_EG_MATCH.
import sys
def match(e, kinds):
    try: raise e
    except kinds as x: return "matched " + type(x).__name__
    except BaseException as x: return "other " + type(x).__name__
print(match(KeyError(1), LookupError), match(KeyError(1), (ValueError, KeyError)), match(KeyError(1), ()), match(OSError(), EnvironmentError), match(ValueError(), Exception))
try: match(KeyError(1), 5)
except TypeError as e: print(e, type(e.__context__).__name__)
try: match(KeyError(1), (KeyError, 5)); print("short")
except TypeError as e: print(e)
def state():
    out = [sys.exception()]
    try: raise ValueError("a")
    except ValueError:
        out.append(str(sys.exception()))
        try: raise KeyError("b")
        except KeyError: out.append(str(sys.exception()))
        out.append(str(sys.exception()))
    out.append(sys.exception())
    return out
print(state())
def nest(n):
    try:
        if n == 0: raise ValueError("deep")
        nest(n - 1)
    except ValueError as e:
        if n < 3: raise
        return f"caught at {n}: {e}"
    finally: print("f", n, end=" ")
    return "fell through"
print(nest(5))
def loops():
    r = []
    for i in range(6):
        try:
            if i == 1: continue
            if i == 4: break
            if i == 2: raise KeyError(i)
            r.append(i)
        except KeyError as e: r.append(repr(e)); continue
        else: r.append("else")
        finally: r.append("fin")
    return r
print(loops())
def ret():
    try: return "try"
    finally: print("cleanup", end=" ")
def ret_nested():
    for i in range(2):
        try:
            try: return i
            finally: print("inner", end=" ")
        finally: print("outer", end=" ")
print(ret(), ret_nested())
try: raise
except RuntimeError as e: print(e)
for bad in ("str", 5, None, int, object()):
    try: raise bad
    except TypeError as e: print(e, end=" | ")
print()
try: raise ValueError from 5
except TypeError as e: print(e)
class NotExc:
    def __new__(cls): return 5
class Weird(Exception):
    def __new__(cls, *a): return 5
try: raise Weird
except TypeError as e: print(e)
def ctx():
    try:
        try: raise ValueError(1)
        except ValueError: raise KeyError(2)
        finally: raise OSError(3)
    except OSError as e: return repr(e), repr(e.__context__), repr(e.__context__.__context__)
print(ctx())
def tb_lines():
    try:
        x = 1
        1 / 0
    except ZeroDivisionError as e:
        return e.__traceback__.tb_lineno - tb_lines.__code__.co_firstlineno, e.__traceback__.tb_next
print(tb_lines())
