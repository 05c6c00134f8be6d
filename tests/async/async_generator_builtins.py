# all, any and tuple of an asynchronous generator expression.
import asyncio
async def numbers(n):
    for i in range(n):
        yield i
async def plain(x):
    return x
async def main():
    for make in (
        lambda: all(x async for x in numbers(3)),
        lambda: any(x async for x in numbers(3)),
        lambda: tuple(x async for x in numbers(3)),
        lambda: list(x async for x in numbers(3)),
    ):
        try:
            print(make())
        except TypeError as e:
            print("TypeError", e)
    async def awaiting():
        return all(await plain(x) for x in range(3))
    try:
        print(await awaiting())
    except TypeError as e:
        print("TypeError", e)
    print(all(x for x in [y async for y in numbers(3)]), any([x async for x in numbers(3)]), all(x for x in await plain([1, 2])))
asyncio.run(main())
