# asyncio: run, gather, tasks, sleep, timeouts, queues, locks, events.
import asyncio
async def work(n, t):
    await asyncio.sleep(t)
    print("done", n)
    return n * n
async def main():
    print(await asyncio.gather(work(1, 0.02), work(2, 0.01), work(3, 0)))
    t = asyncio.create_task(work(4, 0.01), name="four")
    print(t.get_name(), t.done()); print(await t, t.done(), t.result())
    try: await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as e: print("timeout", type(e).__name__)
    try:
        async with asyncio.timeout(0.01): await asyncio.sleep(5)
    except TimeoutError: print("timeout 2")
    t = asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled", t.cancelled())
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(work(5, 0.01)); b = tg.create_task(work(6, 0))
    print(a.result(), b.result())
    async def fail(): raise ValueError("f")
    try:
        async with asyncio.TaskGroup() as tg: tg.create_task(fail()); tg.create_task(asyncio.sleep(5))
    except* ValueError as eg: print(eg.exceptions)
    print(await asyncio.gather(fail(), work(7, 0), return_exceptions=True))
    q = asyncio.Queue(2); out = []
    async def producer():
        for i in range(5): await q.put(i)
        await q.put(None)
    async def consumer():
        while (x := await q.get()) is not None: out.append(x)
    await asyncio.gather(producer(), consumer()); print(out)
    lock, ev, order = asyncio.Lock(), asyncio.Event(), []
    async def locked(n):
        await ev.wait()
        async with lock: order.append(n); await asyncio.sleep(0); order.append(n)
    ts = [asyncio.create_task(locked(i)) for i in range(3)]; await asyncio.sleep(0); ev.set(); await asyncio.gather(*ts); print(order)
    fut = asyncio.get_running_loop().create_future(); asyncio.get_running_loop().call_later(0.01, fut.set_result, "later"); print(await fut)
    done, pending = await asyncio.wait([asyncio.create_task(work(8, 0)), asyncio.create_task(asyncio.sleep(3))], return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending)); [p.cancel() for p in pending]
    return "main result"
print(asyncio.run(main()))
