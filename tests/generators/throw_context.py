# throw() while the generator handles an exception; throw() into what is done.
def f():
    try: raise KeyError("a")
    except Exception: yield 1
def g(): yield from f()
for make in (f, g):
    gen = make(); next(gen)
    try: gen.throw(ValueError("thrown"))
    except ValueError as e: print(repr(e), repr(e.__context__), e.__cause__)
def plain():
    yield 1
gen = plain(); next(gen)
try: gen.throw(ValueError("alone"))
except ValueError as e: print(repr(e), e.__context__)
try: gen.throw(TypeError("late"))
except TypeError as e: print(repr(e))
async def coro(): return 5
c = coro()
try: c.send(None)
except StopIteration as e: print(e.value)
for step in (lambda: c.send(None), lambda: c.throw(ValueError("late"))):
    try: step()
    except RuntimeError as e: print(e)
print(c.close())
#: stress
