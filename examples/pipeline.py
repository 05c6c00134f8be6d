# asyncio: workers that take from one queue and give to another.
import asyncio


async def producer(queue, n):
    for i in range(n):
        await queue.put(i)
    await queue.put(None)


async def worker(name, source, target):
    done = 0
    while (item := await source.get()) is not None:
        await asyncio.sleep(0)
        await target.put((item, item * item))
        done += 1
    await source.put(None)
    return name, done


async def main():
    source, target = asyncio.Queue(maxsize=3), asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(producer(source, 12))
        workers = [group.create_task(worker(name, source, target)) for name in ("ann", "bob")]
    results = sorted(target.get_nowait() for _ in range(target.qsize()))
    print(sum(task.result()[1] for task in workers), "items by", [task.result()[0] for task in workers])
    print(", ".join(f"{i}²={square}" for i, square in results))


asyncio.run(main())
