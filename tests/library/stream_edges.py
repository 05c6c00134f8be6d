# Streams: raw ones that fail or block, signals during writes, closing with errors, a fork while a thread writes.
import io
import os
import signal
import sys
import threading
import time


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e, repr(e.__cause__), repr(e.__context__), getattr(e, "characters_written", ""))


class Blocking(io.RawIOBase):
    def __init__(self):
        self.stack, self.stop = [], None

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        if self.stop is not None:
            at = data.find(self.stop)
            if at > 0:
                self.stack.append(data[:at])
                return at
            if at == 0:
                self.stop = None
                return None
        self.stack.append(data)
        return len(data)


raw = Blocking()
b = io.BufferedWriter(raw, 8)
attempt(b.write, b"abcd")
attempt(b.write, b"efghi")
raw.stop = b"k"
attempt(b.write, b"jklmn")
raw.stop = b"0"
attempt(b.write, b"opqrwxyz0123456789")
print(b"".join(raw.stack))
attempt(b.write, b"ABCDEFGHI")
print(b"".join(raw.stack))


class Pieces(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces, self.reads = list(pieces), 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.reads += 1
        if not self.pieces:
            return 0
        piece = self.pieces.pop(0)
        if piece is None:
            return None
        buffer[: len(piece)] = piece
        return len(piece)


raw = Pieces(b"abc", b"de", b"fgh", b"jkl", None)
b = io.BufferedReader(raw, 10)
small, large = bytearray(2), bytearray(20)
print(b.peek(3), raw.reads)
for target in (small, small, small, large, large):
    print(b.readinto1(target), bytes(target[:6]), raw.reads)


class Device(io.BytesIO):
    def seek(self, *args):
        return 0

    def tell(self):
        return 0


b = io.BufferedReader(Device(b"12"))
print(b.seek(0, 1), b.seek(1), b.read(1), b.tell(), b.seek(0, 1))
broken = io.BytesIO(b"12")


class Odd(io.BytesIO):
    def readinto(self, buffer):
        return b""


attempt(io.BufferedReader(Odd(b"12")).readline)
b = io.BufferedReader(io.BytesIO(b"x"))
attempt(b.__init__, io.BytesIO(), 0)
attempt(b.read)


# Errors of flushing and closing are chained.
class Failing(io.BytesIO):
    def close(self):
        raise OSError("close")


def fail(what):
    raise OSError(what)


raw = Failing()
b = io.BufferedWriter(raw)
b.flush = lambda: fail("flush")
attempt(b.close)
b.flush = lambda: None
t = io.TextIOWrapper(Failing())
t.flush = lambda: fail("text flush")
attempt(t.close)
t.flush = lambda: None
pair = io.BufferedRWPair(io.BytesIO(), io.BytesIO())
for stream in (raw, t.buffer):
    type(stream).close = io.BytesIO.close
f = io.FileIO(os.devnull, "w")
f.flush = lambda: fail("file flush")
attempt(f.close)
print(f.closed)
t = io.TextIOWrapper(io.BytesIO(), "ascii")
t.detach()
print(repr(t), t.encoding, t.errors, t.line_buffering)
attempt(t.detach)

# A handler that raises ends a write that waits.
read_end, write_end = os.pipe()


def ring(number, frame):
    raise ZeroDivisionError("ring")


signal.signal(signal.SIGALRM, ring)
for stream in (open(write_end, "wb", closefd=False), open(write_end, "wb", buffering=0, closefd=False)):
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        while True:
            stream.write(b"x" * (1 << 20))
    except ZeroDivisionError as e:
        print(type(stream).__name__, e)
    os.set_blocking(read_end, False)
    while True:
        try:
            os.read(read_end, 1 << 20)
        except BlockingIOError:
            break
    os.set_blocking(read_end, True)
signal.setitimer(signal.ITIMER_REAL, 0)


# A child does not wait for a thread that it does not have.
class Slow(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        if entered.is_set():
            return len(data)
        entered.set()
        time.sleep(1.0)
        return len(data)


entered = threading.Event()
slow = io.BufferedWriter(Slow(), 4)
thread = threading.Thread(target=slow.write, args=(b"x" * 100,))
thread.start()
entered.wait()
import warnings

warnings.simplefilter("ignore")
pid = os.fork()
if pid == 0:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(5)
    if sys.implementation.name != "cpython":  # whose child waits for the lock
        slow.write(b"from the child")
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
thread.join()

# Streams in memory: far positions, states, exported buffers.
for stream, states in (
    (io.BytesIO(), [(b"", -1, None), (3, 0, None), (b"", 0.0, None), (b"", 0, 0), (b"", 0), 0, (b"ok", 1, {"note": 1})]),
    (io.StringIO(), [("", "\n", -1, None), (3, "\n", 0, None), ("", "\n", 0.0, None), ("", "\n", 0, 0), ("", "x", 0, None), 0, ("ok", "\n", 1, None)]),
):
    for state in states:
        attempt(stream.__setstate__, state)
    print(stream.getvalue(), stream.tell(), stream.read())
    stream.close()
    attempt(stream.__setstate__, states[-1])
m = io.BytesIO(b"abc")
print(m.seek(sys.maxsize), m.tell(), m.seek(sys.maxsize - 2), m.read(4), m.seek(0, 2), m.seek(1 << 40), m.readinto(bytearray(2)))
m.seek(sys.maxsize)
attempt(m.write, b"ab")
attempt(m.seek, 10, 1)
view = m.getbuffer()
for call in ((m.__init__, b"x"), (m.close,), (m.truncate, 0), (m.write, b"x" * 9)):
    attempt(*call)
view.release()
m.seek(0)
print(m.write(b"X"), m.getvalue(), m.truncate(2), m.close(), m.closed)


class Closes:
    def __buffer__(self, flags):
        m.close()
        return memoryview(b"A")

    def __index__(self):
        m.close()
        return 0


for use in (lambda: m.write(Closes()), lambda: m.writelines([Closes()]), lambda: m.truncate(Closes())):
    m = io.BytesIO(b"abc")
    attempt(use)
