# FORMAT_SIMPLE, FORMAT_WITH_SPEC, CONVERT_VALUE, BUILD_STRING, BUILD_TEMPLATE, BUILD_INTERPOLATION.
class F:
    def __format__(self, s): return f"fmt[{s}]"
    def __str__(self): return "str"
    def __repr__(self): return "repé"
x, n, w = F(), 3.14159, 8
print(f"{x}", f"{x!s}", f"{x!r}", f"{x!a}", f"{x:spec}", f"{x!r:>8}", f"{n:.2f}", f"{n:{w}.{2}f}", f"{5}", f"{'s'}", f"{None}", f"{[1]}", f"{True}")
print(f"a{1}b{2}c{3}d{4}e{5}f{6}g{7}h{8}i{9}j", f"{x}{x}", f"{1}" f"{2}" "3", f"{'é'}{'漢'}{'🐍'}", len(f"{'🐍'}a"))
t = t"a{n:.{w}f}b{x!r}"; print(t.strings, [(i.expression, i.conversion, i.format_spec) for i in t.interpolations])
class S(str): pass
print(type(f"{S('q')}").__name__, type(f"{S('q')}x").__name__)
class Bad:
    def __format__(self, s): return 5
class BadStr:
    def __str__(self): return 5
for b in (lambda: f"{Bad()}", lambda: f"{BadStr()}", lambda: f"{BadStr()!s}", lambda: f"{5:zz}", lambda: f"{None:5}", lambda: f"{undefined}"):
    try: print(b())
    except Exception as e: print(type(e).__name__, e)
print(f"{'{'}{'}'}", f"{{{1}}}", f"{1:}", f"{'a':}", f"{n!r:.4}", f"{10:#{'x'}}", f"{(lambda: 5)():03}")
