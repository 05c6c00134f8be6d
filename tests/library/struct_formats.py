"""struct: packing, unpacking, alignment, error messages."""
import struct


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


for c in "bBhHiIlLqQnNPfdes?cpxFD":
    for v in ["1", "-1", "10**30", "1.5", "'a'", "b'a'", "None", "70000", "1e300", "1+2j"]:
        show(f"struct.pack({c!r}, {v})")

for text in r"""struct.pack()
struct.pack('i')
struct.pack('i',1,2)
struct.pack('2i',1)
struct.pack('<n',1)
struct.pack('<P',1)
struct.pack('z',1)
struct.pack('3')
struct.pack('3 i',1)
struct.pack('i i',1,2)
struct.pack('\\x00i',1)
struct.pack('99999999999999999999i',1)
struct.pack('9223372036854775807i',1)
struct.pack('',)
struct.pack(1)
struct.pack(b'i',1)
struct.pack('5s',b'abcdefgh')
struct.pack('5s',b'ab')
struct.pack('5s','ab')
struct.pack('0s',b'ab')
struct.pack('5p',b'abcdefgh')
struct.pack('5p',b'ab')
struct.pack('5p','ab')
struct.pack('0p',b'ab')
struct.pack('300p',b'x'*280)[:3]
struct.unpack('5p',b'\\x05abcd')
struct.unpack('5p',b'\\xffabcd')
struct.unpack('0p',b'')
struct.unpack('i',b'123')
struct.unpack('i',b'12345')
struct.unpack('i',1)
struct.unpack('i','abcd')
struct.unpack_from('i',b'12',0)
struct.unpack_from('i',b'1234',1)
struct.unpack_from('i',b'1234',-1)
struct.unpack_from('i',b'1234',-5)
struct.unpack_from('i',b'12345678',-4)
struct.unpack_from('i',b'12345678',offset=4)
struct.unpack_from('i',buffer=b'12345678',offset=4)
struct.pack_into('i',bytearray(4),0,1)
struct.pack_into('i',b'1234',0,1)
struct.pack_into('i',bytearray(4),1,1)
struct.pack_into('i',bytearray(4),-1,1)
struct.pack_into('i',bytearray(4),-5,1)
struct.pack_into('i',bytearray(4),'a',1)
struct.pack_into('i',bytearray(4),0)
struct.pack_into('i',bytearray(4))
struct.pack_into('i')
struct.pack_into()
struct.pack_into('i',bytearray(4),10**30,1)
struct.iter_unpack('i',b'12345')
struct.iter_unpack('',b'')
list(struct.iter_unpack('h',b'123456'))
struct.iter_unpack('i',1)
next(struct.iter_unpack('h',b''))
struct.iter_unpack('h',b'12').__length_hint__()
struct.calcsize('bi')
struct.calcsize('bi0q')
struct.calcsize('<bi')
struct.calcsize('z')
struct.calcsize('é')
struct.calcsize(None)
struct.calcsize('2147483647i2147483647i2147483647q9223372036854775807q')
struct.Struct('i')
struct.Struct('i').format
struct.Struct(b'i').format
struct.Struct('i').size
struct.Struct()
struct.Struct(1)
struct.Struct('i').pack('a')
struct.Struct('i').pack()
struct.Struct('i').unpack(b'1')
struct.Struct('i').pack_into(bytearray(1),0,1)
struct.Struct('i').unpack_from(b'1')
struct.Struct('i').iter_unpack(b'1')
struct.Struct('i').pack_into()
struct.Struct('ii') == struct.Struct('ii')
struct.Struct('3c?').unpack(b'abcd')
struct.pack('>e',65504)
struct.pack('>e',65520)
struct.pack('>e',1e-10)
struct.unpack('<e',b'\\x01\\x00')
struct.unpack('<e',b'\\x00\\xfc')
struct.pack('f',1e40)
struct.pack('?',[])
struct.unpack('?',b'\\x02')
struct.unpack('>q',b'\\xff'*8)
struct.unpack('>Q',b'\\xff'*8)
struct.unpack('P',b'\\xff'*8)
struct.pack('x')
struct.pack('3x')
struct.pack('<f',float('nan'))
struct._clearcache()
struct.error
struct.error.__module__""".splitlines():
    show(text)


class Sub(struct.Struct):
    def __init__(self):
        super().__init__(">hI")


s = Sub()
print(s.size, s.format, s.pack(1, 2), s.unpack_from(b"\0" * 8, 1), [*s.iter_unpack(bytes(range(12)))])
buffer = bytearray(12)
s.pack_into(buffer, 3, -2, 7)
print(buffer, struct.unpack("<3xhI3x", buffer))
try:
    struct.pack_into("10s", memoryview(bytearray(20))[::2], 0, b"a")
except TypeError as e:
    print(e)
#: stress
