# t-strings: Template and Interpolation.
name, n = "x", 5
t = t"hello {name!r:>5} and {n + 1} {n=}"
print(type(t).__name__, t.strings, t.values)
for i in t.interpolations:
    print(i.value, i.expression, i.conversion, repr(i.format_spec))
print([part if isinstance(part, str) else part.expression for part in t])
print(len(t"".strings), (t"a" t"b{n}").strings)
def render(template):
    out = []
    for part in template:
        out.append(part if isinstance(part, str) else f"<{part.value}>")
    return "".join(out)
print(render(t"{name}={n}; {n * 2}"), render(t"none"))
print(repr(t"a{n}b"))
