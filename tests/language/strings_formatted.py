# f-strings: conversions, nesting, specs, debugging.
name, n, pi = "Ann", 42, 3.14159265
print(f"{name} {n} {pi}", f"{name!r} {name!s} {name!a} {'é'!a}")
print(f"{n:5}|{n:<5}|{n:>5}|{n:^5}|{n:05}|{n:+}|{n:x}|{n:#x}|{n:b}|{n:o}|{n:,}|{n:e}")
print(f"{pi:.2f}|{pi:8.3f}|{pi:<8.1f}|{pi:e}|{pi:g}|{pi:%}|{pi:.0f}|{1234567.891:,.2f}|{pi:+.1f}")
print(f"{name:10}|{name:>10}|{name:^10}|{name:*^10}|{name:.2}|{name!r:>8}")
w, p = 10, 3
print(f"{pi:{w}.{p}f}|{name:{'>'}{w}}|{n:{'0'}{w}d}")
print(f"{n=} {n = } {n=:x} {name=!s} {n + 1=}")
print(f"{{}} {{{n}}} {'nested ' + f'{n}'} {f"{f"{n}"}"}")
print(f"{[1, 2][0]} {({'a': 1}['a'])} {(lambda x: x + 1)(1)} {n if n else 0}")
print(f"a" "b" f"{n}" 'c' rf"\d{n}")
print(f"""multi
{n}
line""")
print(f"{'a' 'b'} {"quotes 'in'"} {'\n'!r}")
print(f"{10**20:,} {1e10:,} {255:#010b} {-5:=+6} {True} {None} {True:d} {3:c}".replace("\x03", "^C"))
class F:
    def __format__(self, spec): return f"F({spec!r})"
    def __str__(self): return "str"
    def __repr__(self): return "repr"
print(f"{F()} {F():abc} {F()!r} {F()!s:>6} {F():{n}}")
for bad in (lambda: f"{name:d}", lambda: f"{n:s}", lambda: f"{n:,,}", lambda: f"{[]:5}", lambda: f"{pi:d}"):
    try: print(bad())
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
