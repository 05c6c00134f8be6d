"""Files and anonymous memory mapped."""
import mmap, tempfile, os
with tempfile.TemporaryFile() as f:
    f.write(b"hello world\nline two\n"); f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        print(len(m), m[:5], m[-4:], m[0], m.find(b"o"), m.rfind(b"o"), m.readline(), m.tell(), m.read(4), m.size(), m.read(), m.read(3))
        m[0:5] = b"HELLO"; m[6] = 87; m.seek(0); print(m.read(11), b"line" in m, 72 in m, bytes(m[::4]), m)
        m.write(b"") ; m.seek(0, 2); 
        for f2 in (lambda: m.write(b"x"), lambda: m.seek(100), lambda: m[100], lambda: m.__setitem__(slice(0, 2), b"abc"), lambda: m["a"], lambda: m.read_byte(), lambda: m.__setitem__(0, 300), lambda: m.find(3)):
            try: f2()
            except Exception as e: print(type(e).__name__, e)
        m.move(0, 6, 5); print(m[:11], m.flush(), memoryview(m)[1:3].tobytes(), list(m)[:3], m.closed)
    print(m.closed, m)
    try: m[0]
    except ValueError as e: print(e)
    with mmap.mmap(f.fileno(), 5, access=mmap.ACCESS_READ) as m:
        try: m[0] = 1
        except TypeError as e: print(e)
        print(m.read_byte())
    for a in ((f.fileno(), 100), (f.fileno(), -1), (-2, 5)):
        try: mmap.mmap(*a)
        except Exception as e: print(type(e).__name__, e)
a = mmap.mmap(-1, 16); a.write(b"anon"); a.seek(0); print(a.read(6), mmap.PAGESIZE == mmap.ALLOCATIONGRANULARITY, mmap.error is OSError, type(a)); a.close()
with tempfile.TemporaryFile() as f:
    try: mmap.mmap(f.fileno(), 0)
    except ValueError as e: print(e)
a = mmap.mmap(-1, 16)
try: a.resize(32)
except ValueError as e: print(e)
a = mmap.mmap(-1, 16, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS); a.write(b"kept"); a.resize(5000); print(len(a), a[:4])
