"""The hash functions that hashlib falls back to: digests, attributes, messages."""
import _blake2
import _md5
import _sha1
import _sha2
import _sha3


def show(text):
    try:
        print(text, "->", eval(text))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


functions = [_md5.md5, _sha1.sha1, _sha2.sha224, _sha2.sha256, _sha2.sha384, _sha2.sha512,
             _sha3.sha3_224, _sha3.sha3_256, _sha3.sha3_384, _sha3.sha3_512, _blake2.blake2b, _blake2.blake2s]
for f in functions:
    for data in (b"", b"abc", bytes(range(256)) * 10):
        h = f(data)
        c = h.copy()
        c.update(bytearray(b"more"))
        c.update(memoryview(b"xmorex")[1:5])
        print(h.name, h.digest_size, h.block_size, h.hexdigest(), c.hexdigest(), h.digest() == f(data).digest())
for f in (_sha3.shake_128, _sha3.shake_256):
    h = f(b"abc")
    print(h.name, h.digest_size, h.block_size, h.hexdigest(5), len(h.digest(1000)), h.digest(0), h._rate_bits, h._suffix)

for text in """_md5.md5('a')
_md5.md5(1)
_md5.md5(b'', b'')
_md5.md5(b'a', usedforsecurity=False).hexdigest()
_md5.md5(string=b'a').hexdigest()
_md5.md5(b'a', string=b'a')
_md5.md5(foo=1)
_md5.md5(b'').update('a')
_md5.md5(b'').update()
_md5.MD5Type()
type(_sha2.sha256()), type(_sha1.sha1()), _sha3.sha3_256
_sha3.sha3_256('a')
_sha3.shake_128(b'a').hexdigest()
_sha3.shake_128(b'a').hexdigest(-1)
_sha3.shake_128(b'a').hexdigest(2**30)
_sha3.sha3_256(b'a')._capacity_bits
_blake2.blake2b.MAX_DIGEST_SIZE, _blake2.blake2s.SALT_SIZE, _blake2.BLAKE2S_MAX_KEY_SIZE
_blake2.blake2b('a')
_blake2.blake2b(b'a', digest_size=65)
_blake2.blake2b(b'a', key=b'x' * 65)
_blake2.blake2b(b'a', salt=b'x' * 17)
_blake2.blake2b(b'a', person=b'x' * 17)
_blake2.blake2b(b'a', fanout=256)
_blake2.blake2b(b'a', depth=0)
_blake2.blake2b(b'a', leaf_size=-1)
_blake2.blake2b(b'a', leaf_size=2**32)
_blake2.blake2b(b'a', node_offset=2**64)
_blake2.blake2s(b'a', node_offset=2**48)
_blake2.blake2b(b'a', node_depth=256)
_blake2.blake2b(b'a', inner_size=65)
_blake2.blake2b(b'a', digest_size=20, key=b'k', salt=b's', person=b'p', fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=1, inner_size=7, last_node=True).hexdigest()
_blake2.blake2s(b'a', digest_size=20, key=b'k', salt=b's', person=b'p', fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=1, inner_size=7, last_node=True).hexdigest()""".splitlines():
    show(text)
