# Coroutines driven by hand, without an event loop.
class Wait:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return got
async def leaf(n):
    x = await Wait(n)
    return x * 2
async def main():
    a = await leaf(1)
    b = await leaf(2)
    return a + b
c = main()
print(type(c).__name__, c.__name__, c.cr_running, c.send(None), c.cr_await.__name__, c.send(10))
try: c.send(20)
except StopIteration as e: print("result", e.value)
try: c.send(None)
except RuntimeError as e: print(e)
c = main(); c.send(None); c.close()
async def catches():
    try: await Wait("w")
    except ValueError as e: return f"caught {e}"
c = catches(); c.send(None)
try: c.throw(ValueError("v"))
except StopIteration as e: print(e.value)
async def bad(): await 5
try: bad().send(None)
except TypeError as e: print(e)
def plain(): pass
async def bad2(): await plain()
try: bad2().send(None)
except TypeError as e: print(e)
c = leaf(1)
try: iter(c)
except TypeError as e: print(e)
c.close()
class NotIter:
    def __await__(self): return 5
async def bad3(): await NotIter()
try: bad3().send(None)
except TypeError as e: print(e)
async def stop(): raise StopIteration("s")
try: stop().send(None)
except RuntimeError as e: print(e)
import types
@types.coroutine
def gen_based(): x = yield "from gen"; return x
async def uses(): return await gen_based()
c = uses(); print(c.send(None))
try: c.send("sent")
except StopIteration as e: print(e.value)
print(leaf.__code__.co_flags & 0x80 != 0)
#: stress
