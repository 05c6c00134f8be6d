# _queue: SimpleQueue and Empty.
from _queue import Empty, SimpleQueue


def show(thunk):
    try:
        print(repr(thunk()))
    except Exception as error:
        print(type(error).__name__, error)


q = SimpleQueue()
q.put(1)
q.put('two', False, timeout=3)
q.put_nowait(item=[3])
print(q.qsize(), q.empty(), q.get(), q.get(block=False), q.get_nowait(), q.qsize(), q.empty())
show(q.get_nowait)
show(lambda: q.get(timeout=0.01))
show(lambda: q.get(False))
show(lambda: q.get(timeout=-1))
show(lambda: q.put())
show(lambda: SimpleQueue(1))
print(Empty, Empty.__mro__, SimpleQueue, SimpleQueue[int])
for i in range(1000):
    q.put(i)
print(sum(q.get() for _ in range(1000)))
