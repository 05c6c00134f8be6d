# Where syntax errors point, and warnings about source.
import warnings
SOURCES = ["x = [1, 2 3]", "f(a b, c)", "print(1, [2] c.d(3) + 1)", "{'a': 1, 'b' 2}", "{'a'\n 1}", "if x = 2: pass", "while x.y = f(1) + 2: pass",
           "f'{1'", "f(a=1, 2)", "f(**a, *b)", "f(a=1, b, c)", "print 'hello', 5", "print a; b", "def f(:\n    pass", "x = (1, 2\ny = 3", "f(", "a b"]
for source in SOURCES:
    try: compile(source + "\n", "name", "exec")
    except SyntaxError as e: print(repr(source), "|", e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
for mode in ("eval", "single"):
    for source in ("1 +", "(1 + \n2) +", "x = ", "f(", "a.", "a b"):
        try: compile(source, "name", mode)
        except SyntaxError as e: print(mode, repr(source), e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text))
WARN = ['x = "\\d"', 'x = "a" "\\400"', 'b"\\d"', 'r"\\d"', 'f"{x}\\d"', 'rf"\\d{x}"', '"\\\n\\x41\\N{BULLET}"', "b'\\N'", "assert (1, 2)", "x is 1", "1()", "[1][1, 2]",
        "def f():\n    try: pass\n    finally: return 1"]
for source in WARN:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "name", "exec")
    print(repr(source), [(str(w.message), w.filename, w.lineno, w.category.__name__) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for source in WARN[:3]:
        try: compile(source, "name", "exec")
        except SyntaxError as e: print(e.msg, e.lineno, repr(e.text))
