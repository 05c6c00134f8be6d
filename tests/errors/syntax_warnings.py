"""Warnings about source: each with its line, and as the error that filters make of it."""

import warnings

SOURCES = [
    '"\\d"',
    "x is 1",
    '"a"(1)',
    "assert (x, 1)",
    "def f():\n try: pass\n finally: return",
    "while 1:\n try: pass\n finally: break",
    "1if 2else 3",
    "x = [0x1for x in y]",
    '"\\777"',
    "x = (1 2)",
    "x = 1\ny = '''\n\\d'''",
    "1_000and 2",
    "[1][1,2]",
    "t'\\d{x}'",
    "rb'\\d'",
    "'\\d' '\\e'",
    "x = [\n'\\d',\n'\\e']",
    "x is (1, 2)",
    "x is -1",
    "x is not None",
]
for source in SOURCES:
    for flags in 0, 0x400:
        with warnings.catch_warnings(record=True) as log:
            warnings.simplefilter("always")
            try:
                compile(source, "<warn>", "exec", flags)
            except SyntaxError as error:
                print(repr(source), error)
            for warning in log:
                print(repr(source), flags, warning.category.__name__, warning.message, warning.filename, warning.lineno)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(source, "<warn>", "exec")
        except SyntaxError as error:
            print("    ", type(error).__name__, error.msg, error.lineno)
