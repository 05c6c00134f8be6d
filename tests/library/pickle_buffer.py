# PickleBuffer (PEP 574).
import array
import pickle
from pickle import PickleBuffer


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


attempt(PickleBuffer)
attempt(PickleBuffer, "foo")
attempt(PickleBuffer, 1, 2)
m = memoryview(b"foo")
m.release()
attempt(PickleBuffer, m)
p = PickleBuffer(b"foo")
print(bytes(p), memoryview(p).readonly, memoryview(p).obj, p.raw().tobytes(), PickleBuffer)
w = PickleBuffer(bytearray(b"foo"))
memoryview(w)[0] = 48
print(bytes(w), memoryview(w).readonly)
print(PickleBuffer(memoryview(array.array("i", [1, 2]))).raw().format)
attempt(lambda: PickleBuffer(memoryview(b"abcd")[::2]).raw())
p.release()
p.release()
attempt(memoryview, p)
attempt(p.raw)
attempt(bytes, p)
attempt(pickle.dumps, w, 4)
print(pickle.dumps(PickleBuffer(b"ab"), 5), pickle.loads(pickle.dumps(w, 5)))
apart = []
data = pickle.dumps([PickleBuffer(b"xyz"), 1], 5, buffer_callback=apart.append)
print(data, [b.raw().tobytes() for b in apart], pickle.loads(data, buffers=apart))
