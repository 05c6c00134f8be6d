# __buffer__ and __release_buffer__ (PEP 688) of Python classes, and of built-in ones.
import inspect
class B:
    def __init__(s, data): s.data=bytearray(data); s.log=[]
    def __buffer__(s, flags):
        s.log.append(('get', flags)); return memoryview(s.data)
    def __release_buffer__(s, view):
        s.log.append(('release', type(view).__name__, len(view)))
b=B(b'hello')
m=memoryview(b)
print(type(m.obj), m.obj is b, bytes(m), m.readonly, m.format)
m[0]=72
print(b.data, b.log)
s=m[1:3]
m.release()
print(b.log)
s.release()
print(b.log)
b.log.clear()
print(bytes(b), bytearray(b), int.from_bytes(b,'big'))
print(b.log)
with memoryview(b) as m: print(m.tolist())
b.log.clear()
try: b.data.extend(b'x'*100)
except BufferError as e: print(e)
print(len(b.data))
class Bad:
    def __buffer__(s, flags): return 5
for f in (memoryview, bytes, bytearray):
    try: f(Bad())
    except TypeError as e: print(f.__name__, e)
class No: pass
for f in (memoryview, bytes):
    try: f(No())
    except TypeError as e: print(f.__name__, e)
class Raises:
    def __buffer__(s, flags): raise ValueError('no')
try: memoryview(Raises())
except ValueError as e: print(e)
class Sub(bytearray):
    def __buffer__(s, flags):
        print('sub', inspect.BufferFlags(flags)); return super().__buffer__(flags)
    def __release_buffer__(s, v):
        print('rel'); super().__release_buffer__(v)
x=Sub(b'abc')
with memoryview(x) as m: print(m[0], type(m.obj))
x.append(1); print(bytes(x))
v=b'abc'.__buffer__(0); print(type(v), bytes(v), v.obj, v.readonly)
try: b'abc'.__buffer__(1)
except BufferError as e: print(e)
ba=bytearray(b'q'); v=ba.__buffer__(inspect.BufferFlags.WRITABLE); v[0]=65; ba.__release_buffer__(v); ba.append(3); print(ba)
try: v[0]
except ValueError as e: print(e)
try: ba.__release_buffer__(memoryview(b''))
except ValueError as e: print(e)
try: ba.__release_buffer__(3)
except TypeError as e: print(e)
try: ba.__buffer__('x')
except TypeError as e: print(e)
import collections.abc
print(isinstance(b, collections.abc.Buffer), issubclass(bytes, collections.abc.Buffer), isinstance(5, collections.abc.Buffer), isinstance(memoryview(b''), collections.abc.Buffer))
class N:
    __buffer__=None
try: memoryview(N())
except TypeError as e: print(e)
class Late: pass
Late.__buffer__=lambda s,f: memoryview(b'late')
print(bytes(Late()), memoryview(Late()).readonly)
del Late.__buffer__
try: bytes(Late())
except TypeError as e: print(e)
class RR:
    def __buffer__(s,f): return memoryview(bytearray(b'rr'))
    def __release_buffer__(s,v): 1/0
import sys
sys.unraisablehook=lambda u: print('unraisable', u.exc_type, u.err_msg, type(u.object))
m=memoryview(RR()); m.release()
class Same:
    def __init__(s): s.v=memoryview(bytearray(b'same'))
    def __buffer__(s,f): return s.v
q=Same(); m=memoryview(q)
try: q.v.release()
except BufferError as e: print(e)
m.release(); q.v.release()
import io, hashlib, struct
b=B(b'abcd'); print(hashlib.md5(b).hexdigest(), struct.unpack('<I', b), io.BytesIO(b).getvalue())
io.BytesIO(b'WXYZ').readinto(b); print(b.data)
struct.pack_into('<H', b, 0, 0x4142); print(b.data)
print(b'x'+B(b'y'), bytearray(b'x')+B(b'y'), b'abc'.find(B(b'c')), b'abc'.startswith(b'a'), B(b'a')==b'a', b'a'==B(b'a'), bytearray(b'a')==B(b'a'), memoryview(b'a')==B(b'a'))
