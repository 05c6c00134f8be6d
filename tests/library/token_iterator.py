# _tokenize: tokens of all kinds, nested f-strings, errors.
import sys, io
import _tokenize
def toks(s):
    out=[]
    try:
        for t in _tokenize.TokenizerIter(io.StringIO(s, newline='').readline, extra_tokens=True): out.append(tuple(t))
    except SyntaxError as e: out.append((type(e).__name__, e.args))
    return out
for s in ['a', 'if x:\n  y\nz', 'f"a{{b{x!r:>{w}}c}}d"\n', "x = '''a\nb''' + 1\n", 'a = (1,\n # c\n\n 2)\n', 'f"{x=}"\n', "f'''a{\nx}b\n'''\n", 'a\\\nb\n', '# c\n\n\nx # d\n', 'a ? b\n', 'if a:\n\tb\n  c\n', 'if a:\n    b\n  c\n', '(a', "'abc\n", "'''abc\n", '1_0.5e-3j 0xff 1if 2 else 3\n', 'rb"x" Rf"{a}" t"{b}"\n', '0777\n','0xz\n','a $ b\n','é = 1\n','\tx\n',' x\n','f"{a:x}"\n','f"{lambda: 1}"\n','f"\\N{DASH}{a}"\n', ')\n', '(]\n','f"{"\n', 'x = 1;\n', 'a!=b -> ... := @= //= **= <>\n', 'def f():\n    x\n    # c\n\n# d\ny\n', 'x\r\ny\r\n', '\n', '', '   \n', 'a \\', '\f x\n', 'f"{a!r}" f"{{" f"}}" f""\n', 'f"{x:{{}}}"\n', "f'''{\n3\n=}'''\n", 'f"{x:a{y}b}"\n',"f'{x:\\n}'\n", "f'a\\{b}'\n", 'f"{a', 'f"abc\n', '# c', 'x # c', 'if a:\n  b', '1__0\n', '0b12\n', '1e+\n', '12abc\n', 'f"{a["b"]}"\n']:
    print(repr(s))
    for token in toks(s):
        print('   ', *map(repr, token))
import tokenize
for s in ["'abc\n", "'''abc\n", '(a', '0xz\n', 'f(1)']:
    try:
        print([t.string for t in tokenize.generate_tokens(io.StringIO(s).readline)])
    except tokenize.TokenError as error:
        print(error)
print([tokenize.tok_name[t.exact_type] for t in tokenize.tokenize(io.BytesIO('# coding: latin-1\né = [1]\n'.encode('latin-1')).readline)])
try:
    _tokenize.TokenizerIter(lambda: 1, extra_tokens=False).__next__()
except TypeError as error:
    print(error)
