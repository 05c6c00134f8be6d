#: modes interpreted
# While an exception is thrown through `yield from`, the outer generators' frames are below the inner one's.
import sys
import traceback
import types


def names():
    return [f.name for f in traceback.extract_stack()][-4:-1]


def inner():
    try:
        yield names()
    except ValueError:
        yield names()
    finally:
        print("finally", names())


def middle():
    yield from inner()


def outer():
    yield from middle()


g = outer()
print(next(g))
print(g.throw(ValueError))
g.close()


class Custom:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, *args):
        print("throw", names())
        return 2

    def close(self):
        print("close", names())


def delegating():
    yield from Custom()


g = delegating()
print(next(g), g.throw(KeyError), g.gi_running)
g.close()


async def first():
    return await second()


async def second():
    return await third()


@types.coroutine
def third():
    try:
        yield len(traceback.extract_stack())
    except ZeroDivisionError:
        yield len(traceback.extract_stack())


coro = first()
print(coro.send(None) == coro.throw(ZeroDivisionError))
coro.close()
try:
    g = outer()
    next(g)
    g.throw(TypeError("through"))
except TypeError as e:
    print([f.name for f in traceback.extract_tb(e.__traceback__)])
