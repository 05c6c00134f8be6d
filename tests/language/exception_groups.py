# ExceptionGroup, except*, split, subgroup, derive.
def run(group):
    try:
        raise group
    except* ValueError as e:
        print("values", e.exceptions, repr(e.message))
    except* (TypeError, KeyError) as e:
        print("types", e.exceptions)
    else:
        print("else")
    finally:
        print("finally")
run(ExceptionGroup("a", [ValueError(1), TypeError(2), ValueError(3)]))
run(ExceptionGroup("b", [ExceptionGroup("nested", [ValueError(4), KeyError("k")])]))
run(ValueError("bare"))
try:
    run(ExceptionGroup("c", [ValueError(5), OSError("left")]))
except ExceptionGroup as e:
    print("left", repr(e))
eg = ExceptionGroup("m", [ValueError(1), ExceptionGroup("n", [OSError("x"), ValueError(2)])])
match, rest = eg.split(ValueError)
print(repr(match), "|", repr(rest))
print(repr(eg.subgroup(lambda e: isinstance(e, OSError))), eg.subgroup(KeyError))
print(eg, type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)
for bad in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup(1, [ValueError()]), lambda: ExceptionGroup("x", [KeyboardInterrupt()])):
    try: bad()
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
try:
    try:
        raise ExceptionGroup("g", [ValueError("v")])
    except* ValueError:
        raise RuntimeError("new")
except ExceptionGroup as e:
    print(repr(e))
except RuntimeError as e:
    print(repr(e), repr(e.__context__))
#: stress
