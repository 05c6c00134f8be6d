"""Input that may go on: what `code` and `codeop` need to know."""

import code
import codeop
import contextlib
import io

compiler = codeop.CommandCompiler()
SOURCES = [
    "x = 1",
    "if x:",
    "if x:\n  y",
    "if x:\n  y\n",
    "def f():",
    "(1,",
    "'''a",
    "'a",
    "x = 'a\\",
    "a b",
    "for x in",
    "x = ",
    "@d",
    "@d\n",
    "class A: pass",
    "class A: pass\n",
    "try:",
    "try:\n  x\n",
    "try:\n  x\nexcept:\n  y",
    "",
    "#c",
    "\n",
    " x",
    "if 1:\nx",
    "f'{",
    "f'''{",
    "x = [1,\n2",
    "while 1: pass",
    "while 1: pass\n",
    "lambda",
    "x y\n",
    "1 +",
    "1 + \\",
    "1 + \\\n",
    "match x:",
    "match x:\n  case 1:",
    "import",
    "from a import",
    "from a import (",
    "raise",
    "return",
    "async def f():",
    "async def f():\n  await x\n\n",
    "print 1",
    "a = 1; b =",
    "if x: pass\nelse:",
    "...",
    "..",
    "->",
    "{1:",
    "{1: 2, 3",
    "x if y",
    "x if y else",
]
for source in SOURCES:
    for symbol in "single", "exec", "eval":
        try:
            made = compiler(source, "<input>", symbol)
            print(repr(source), symbol, "incomplete" if made is None else "complete")
        except SyntaxError as error:
            place = error.lineno, error.offset, error.end_lineno, error.end_offset
            print(repr(source), symbol, error.msg, *place, repr(error.text))

shown = io.StringIO()
with contextlib.redirect_stderr(shown), contextlib.redirect_stdout(shown):
    interpreter = code.InteractiveInterpreter({})
    for source in "1 + 1", "imprt x", "x = (a b)", "def f(:", "if 1:", "1 / 0":
        print(interpreter.runsource(source))
print(shown.getvalue())
