# What t-strings and = in f-strings keep of the text of their expressions.
x=5
for s in [r'''t"{x}"''', r'''t"{ x }"''', r'''t"{ x = }"''', r'''t"{x = }"''', r'''t"{x =!r}"''', r'''t"{x !r}"''', r'''t"{x :>3}"''',r'''t"{x = :>3}"''', r'''t"{(x) }"''', r'''t"{ (x ) = }"''', 't"""{x # c\n }"""', 't"""{x # c\n = }"""', 't"""{\nx\n}"""', r't"{x,}"', r't"{ x, }"', r't"{*x, 1 }"', r't"{lambda: 1}"', r't"{(lambda: 1) }"', r't"{x=}{x }a{x=}"',r't"{x==5 }"',r't"{x!=5 }"', r't"{{a:1}[1] }"', r't"{ {1:2}[1] }"', r't"{x:{x }}"', r't"{x }" t"{x  }"', 't"{ \'a\' }"', 't"{ \'a#\' }"',  't"""{ \'a#\' # c\n }"""', 't"{x\t}"', 't"{x\t=}"', r't"{  x if x else 1  !s:>{ x }}"', 'f"{ x = }"', 'f"""{ x # c\n= }"""', 'f"{x = :{x }}"', 'f"""{(x, # c\n1) = !r:}"""', 'f"{x:{x = }}"', 'f"""{ # d\n (x,  # c=\n "#", \'\'\'#\'\'\') # e\n=}"""', 't"""{(x, # c\n1)}"""','t"""{(x, # c\n1) = !r}"""']:
    try:
        print(repr(s), end=' -> ')
        r = eval(compile(s,'s','eval'))
        print(repr(r) if isinstance(r, str) else (r.strings, [(i.expression, i.conversion, i.format_spec) for i in r.interpolations]))
    except Exception as e: print(type(e).__name__, e)
