# The tree of built-in exceptions, their attributes, str and repr.
import builtins
def tree(cls, depth=0):
    print("  " * depth + cls.__name__)
    for sub in sorted((s for s in cls.__subclasses__() if s.__module__ == "builtins"), key=lambda s: s.__name__):
        if not sub.__name__.startswith("_"): tree(sub, depth + 1)
tree(BaseException)
for e in (ValueError(), ValueError("a"), ValueError("a", 2), KeyError("k"), KeyError(), KeyError(1, 2), OSError(2, "msg"), OSError(2, "msg", "file"), OSError("one"), SystemExit(3), StopIteration(5), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), UnicodeEncodeError("ascii", "é", 0, 1, "why"), SyntaxError("bad", ("f.py", 3, 4, "text")), ImportError("m", name="n", path="p"), AttributeError("a", name="x", obj=5), NameError("n", name="q"), Exception(None), Exception([1]), AssertionError("x"), OSError(13, "denied"), OSError(17, "exists", "a", None, "b")):
    print(type(e).__name__, "|", e, "|", repr(e), "|", e.args)
e = OSError(2, "msg", "file"); print(type(e).__name__, e.errno, e.strerror, e.filename, StopIteration(5).value, SystemExit(3).code, KeyError("k").args)
u = UnicodeDecodeError("utf-8", b"\xffab", 0, 1, "bad"); print(u.encoding, u.object, u.start, u.end, u.reason)
s = SyntaxError("bad", ("f.py", 3, 4, "text")); print(s.msg, s.filename, s.lineno, s.offset, s.text)
x = ValueError("v"); x.add_note("note 1"); x.add_note("note 2"); print(x.__notes__, x.__traceback__, x.__cause__, x.__context__, x.__suppress_context__, x.with_traceback(None) is x)
x.extra = 1; print(x.__dict__, x.extra)
for bad in (lambda: x.add_note(5), lambda: setattr(x, "__cause__", 5), lambda: setattr(x, "__traceback__", 5), lambda: ValueError(a=1), lambda: UnicodeDecodeError("x"), lambda: setattr(x, "args", 5)):
    try: bad()
    except TypeError as t: print(t)
