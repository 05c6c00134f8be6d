"""zlib: round trips, streams, messages. Sizes of compressed data are the library's own affair."""
import gc
import zlib

data = b"".join(b"%d hello world\n" % (i * 7919 % 1000) for i in range(5000))
c = zlib.compress(data)


def show(text):
    try:
        print(text, "->", repr(eval(text))[:150])
    except Exception as e:
        print(text, "->", type(e).__name__, e)


for wbits in (15, 31, -15, 9, -9):
    for level in (-1, 0, 1, 6, 9):
        packed = zlib.compress(data, level, wbits)
        print(wbits, level, zlib.decompress(packed, wbits) == data, len(packed) < len(data))

for text in r'''zlib.compress()
zlib.compress('a')
zlib.compress(b'a', 10)
zlib.compress(b'a', level=1, wbits=31)[:4]
zlib.decompress(b'abc')
zlib.decompress(c[:-3])
zlib.decompress(c, bufsize=-1)
zlib.decompress('a')
zlib.decompress(b'')
zlib.crc32(b'abc'), zlib.adler32(b'abc'), zlib.crc32(b'abc', 7), zlib.adler32(b'abc', 7), zlib.adler32(b'abc', -1)
zlib.adler32(data), zlib.crc32(data), zlib.crc32(data, 2**40 + 1)
zlib.adler32('a')
zlib.compressobj(level=10)
zlib.compressobj(wbits=5)
zlib.compressobj(memLevel=0)
zlib.compressobj().compress('a')
zlib.compressobj().flush(9)
zlib.compressobj().flush(0)
(lambda o: (o.flush(), o.flush()))(zlib.compressobj())
(lambda o: (o.flush(), o.compress(b'a')))(zlib.compressobj())
(lambda o: (o.flush(), o.copy()))(zlib.compressobj())
zlib.decompressobj(wbits=5)
zlib.decompressobj(zdict=5)
zlib.compressobj(zdict='a')
zlib.decompressobj().decompress(b'abc')
zlib.decompressobj().decompress(c, -1)
(lambda o: (o.decompress(c, 10), len(o.unconsumed_tail) > 0, o.unused_data, o.eof, len(o.flush())))(zlib.decompressobj())
(lambda o: (len(o.decompress(c + b'xy')), o.unused_data, o.eof, o.flush()))(zlib.decompressobj())
zlib.decompressobj().flush(0)
zlib.decompressobj().flush()
zlib._ZlibDecompressor().decompress(c, 5)
(lambda o: (len(o.decompress(c + b'xy')), o.unused_data, o.eof, o.needs_input))(zlib._ZlibDecompressor())
(lambda o: (len(o.decompress(c)), o.decompress(b'')))(zlib._ZlibDecompressor())
zlib.error.__mro__
zlib.Z_BEST_COMPRESSION, zlib.MAX_WBITS, zlib.DEFLATED, zlib.Z_FINISH'''.splitlines():
    show(text)

o = zlib.compressobj(zdict=b"hello world")
packed = o.compress(data[:1000])
other = o.copy()
packed, other = packed + o.compress(data[1000:]) + o.flush(), packed + other.flush()
d = zlib.decompressobj(zdict=b"hello world")
out = b"".join(d.decompress(packed[i : i + 100]) for i in range(0, len(packed), 100)) + d.flush()
print(out == data, d.eof, zlib.decompressobj(zdict=b"hello world").decompress(other) == data[:1000])
o = zlib.compressobj()
packed = o.compress(data) + o.flush(zlib.Z_SYNC_FLUSH)
d = zlib.decompressobj()
print(d.decompress(packed) == data, d.eof, o.flush() != b"")
for _ in range(300):
    zlib.compressobj()
    zlib.decompressobj()
gc.collect()
print("collected")
