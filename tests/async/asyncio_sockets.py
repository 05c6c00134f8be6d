# Streams, datagrams, tasks and timeouts on the event loop of sockets, on the loopback only.
import asyncio


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def talk(port, words):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for word in words:
        writer.write(word.encode() + b"\n")
        answers.append((await reader.readline()).decode().strip())
    writer.close()
    await writer.wait_closed()
    return answers


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, received):
        self.received = received

    def datagram_received(self, data, address):
        self.received.set_result(data)


async def worker(queue, done):
    while True:
        item = await queue.get()
        await asyncio.sleep(0)
        done.append(item)
        queue.task_done()


async def fail():
    raise ValueError("boom")


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        print(await asyncio.gather(*(talk(port, [f"a{i}", f"b{i}"]) for i in range(5))))
    try:
        await asyncio.open_connection("127.0.0.1", port)
    except OSError as e:
        print(type(e).__name__, e.errno)

    loop = asyncio.get_running_loop()
    received = loop.create_future()
    one, _ = await loop.create_datagram_endpoint(lambda: Datagrams(received), local_addr=("127.0.0.1", 0))
    address = one.get_extra_info("sockname")
    two, _ = await loop.create_datagram_endpoint(lambda: Datagrams(None), remote_addr=address)
    two.sendto(b"datagram")
    print(await received)
    one.close()
    two.close()

    queue, done = asyncio.Queue(2), []
    workers = [asyncio.create_task(worker(queue, done)) for _ in range(2)]
    for i in range(6):
        await queue.put(i)
    await queue.join()
    for task in workers:
        task.cancel()
    print(await asyncio.gather(*workers, return_exceptions=True), sorted(done))

    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError as e:
        print("timeout", e.args)
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except TimeoutError:
        print("wait_for")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(5))
            group.create_task(fail())
    except* ValueError as errors:
        print(errors.exceptions)
    lock, semaphore, condition = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Condition()
    async with lock, semaphore, condition:
        print(lock.locked(), semaphore.locked(), condition.locked())
    naps = [asyncio.ensure_future(asyncio.sleep(x, x)) for x in (0.01, 5)]
    done, pending = await asyncio.wait(naps, return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    for task in pending:
        task.cancel()
    loop.call_soon(print, "soon")
    loop.call_later(0.01, print, "later")
    await asyncio.sleep(0.05)
    for nap in asyncio.as_completed([asyncio.sleep(0.05, "b"), asyncio.sleep(0, "a")]):
        print(await nap)
    print(asyncio.current_task().get_name(), len(asyncio.all_tasks()))


asyncio.run(main())
