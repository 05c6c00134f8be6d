# async for, async with, async comprehensions, async generators, by hand.
def run(coro):
    try:
        while True: coro.send(None)
    except StopIteration as e: return e.value
class Nap:
    def __await__(self): yield
class Count:
    def __init__(self, n): self.i, self.n = 0, n
    def __aiter__(self): return self
    async def __anext__(self):
        await Nap()
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        return self.i
class CM:
    def __init__(self, n, swallow=False): self.n, self.swallow = n, swallow
    async def __aenter__(self): await Nap(); print("enter", self.n); return self.n
    async def __aexit__(self, t, v, tb): await Nap(); print("exit", self.n, t and t.__name__); return self.swallow
async def agen(n):
    try:
        for i in range(n):
            await Nap()
            got = yield i
            if got: print("got", got)
    finally: print("agen done")
async def loops():
    async for i in Count(3): print(i, end=" ")
    else: print("else")
    async for i in agen(5):
        if i == 2: break
    print(i, [x async for x in Count(3)], {x async for x in Count(2)}, {x: x async for x in Count(2) if x > 1}, [y for x in [1, 2] async for y in Count(x)], [await one(x) for x in (1, 2)], [x async for x in (z * 2 async for z in Count(2))])
async def one(x): await Nap(); return x + 1
async def withs():
    async with CM("a") as a, CM("b"): print(a)
    async with CM("s", True): raise ValueError
    try:
        async with CM("t"): raise KeyError("k")
    except KeyError as e: print("out", e)
    for i in range(2):
        async with CM(i):
            if i == 0: continue
            return "returned"
async def drive():
    g = agen(3)
    print(await g.__anext__(), await g.asend("hello"), await anext(g)); print(await anext(g, "default"))
    g = agen(3); await anext(g); await g.aclose()
    g = agen(3); await anext(g)
    try: await g.athrow(ValueError("thrown"))
    except ValueError as e: print(e)
    try: await anext(g)
    except StopAsyncIteration: print("stopped")
run(loops()); print(run(withs())); run(drive())
async def bad1():
    async for x in [1]: pass
async def bad2():
    async with open: pass
for b in (bad1, bad2):
    try: run(b())
    except TypeError as e: print(e)
print(type(agen(1)).__name__, aiter(Count(1)) is not None)
