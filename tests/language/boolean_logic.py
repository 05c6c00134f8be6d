# Short circuits, truth values, and what and/or give.
def show(value):
    print("eval", repr(value))
    return value
print(show(0) and show(1))
print(show(1) and show(2))
print(show(0) or show(""))
print(show([]) or show("x") or show("y"))
print(not show(()), not not show([0]))
for value in [0, 1, 0.0, "", "0", [], [0], (), {}, {0}, None, True, False, 0j, b"", b"0", range(0), range(1)]:
    print(repr(value), bool(value), "T" if value else "F")
class Never:
    def __bool__(self): return False
class Empty:
    def __len__(self): return 0
class Plain: pass
print(bool(Never()), bool(Empty()), bool(Plain()))
x = 5
print(x > 3 and x < 10, x < 3 or x > 10, not x == 5, x is None, x is not None)
print(True + True, True * 5, isinstance(True, int), True == 1, True is not False)
def side(log, v):
    log.append(v)
    return v
log = []
print(side(log, 1) < side(log, 0) < side(log, 5), log)
