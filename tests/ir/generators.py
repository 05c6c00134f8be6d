# A yield ends a block; the next one is where the generator resumes.
def countdown(n):
    while n:
        yield n
        n -= 1


def both(a, b):
    yield from a
    return (yield from b)


async def fetch(source):
    return await source
