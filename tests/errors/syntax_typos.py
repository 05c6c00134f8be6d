#: stderr
#: exit 1
"""Misspelt keywords: what `traceback` suggests, and what is printed without it."""

import ast
import traceback

SOURCES = [
    "imprt os",
    "whille x: pass",
    "fro i in x: pass",
    "def f():\n    retrun 1\n",
    "if x:\n    y\nelso:\n    z",
    "if x:\n    y\nif y:\n    clas A: pass\n",
    "def f(:",
    "x = (a b)",
    "x = (a nd b)",
    "lambd x: y",
    "a b c d e f g h i j tru",
    "tyr:\n    x\nexcept: pass",
    "asynch def f(): pass",
    "x = 1 fi y else 2",
    "x iss y",
    "eturn x",
    "globl x",
    "form a import b",
    "é = (ü nd b)",
]
for source in SOURCES:
    try:
        compile(source, "<typo>", "exec")
    except SyntaxError as error:
        print("".join(traceback.format_exception_only(error)), error._metadata, error.args)
for parse in ast.parse, eval, exec:
    try:
        parse("x = (1 +\n")
    except SyntaxError as error:
        print(error, error.args)
exec("x = 1\nif x:\n    y = 2\nwhil x: pass\n")
