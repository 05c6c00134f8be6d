"""array: items of each kind, sequence operations, messages."""
import array
from array import array as A


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


for text in r'''A()
A('i')
A(1)
A('ii')
A('z')
A('i', [1, 2])
A('i', 5)
A('i', 'ab')
A('w', 'ab')
A('w', ['ab'])
A('w', [1])
A('i', b'1234')
A('i', b'12345')
A('b', [128])
A('b', [-129])
A('B', [-1])
A('B', [256])
A('h', [40000])
A('H', [-1])
A('H', [70000])
A('i', [2**31])
A('I', [2**32])
A('I', [-1])
A('l', [2**63])
A('L', [-1])
A('L', [2**64])
A('q', [2**63])
A('Q', [-1])
A('Q', [2**64])
A('Q', [2**64 - 1])
A('i', [1.5])
A('f', ['a'])
A('f', [1e40, 0.1])
A('d', [1, 2.5, float('nan')])
A('i', A('b', [1, 2]))
A('w', A('i', [1]))
A('i', [1]) + A('i', [2])
A('i', [1]) + A('b', [2])
A('i', [1]) + [1]
A('i', [1]) * 3
3 * A('i', [1])
A('i', [1]) * -1
A('i', [1]) * 'a'
A('i', [1, 2]) == A('b', [1, 2])
A('i', [1, 2]) < A('d', [1, 3])
A('i', [1, 2]) == [1, 2]
A('i', [1, 2, 3])[1:]
A('i', [1, 2, 3])[::-1]
A('i', [1, 2, 3])[5]
A('i', [1, 2, 3])['a']
A('i', [1, 2, 3]).__setitem__(5, 1)
A('i', [1, 2, 3]).__setitem__(0, 'a')
A('i', [1, 2, 3]).__setitem__(slice(0, 1), [1])
A('i', [1, 2, 3]).__setitem__(slice(0, 1), A('b', [1]))
A('i', [1, 2, 3]).__setitem__(slice(0, 3, 2), A('i', [1]))
A('i', [1, 2, 3]).extend(5)
A('i', [1, 2, 3]).extend(A('b', [1]))
A('i', [1, 2, 3]).fromlist((1,))
A('i', [1, 2, 3]).frombytes(b'12345')
A('i', [1, 2, 3]).frombytes(5)
A('i', [1, 2, 3]).tobytes()
A('i', [1, 2, 3]).tolist()
A('i', [1, 2, 3]).tounicode()
A('w', 'abc').tounicode()
A('i', [1, 2, 3]).fromunicode('a')
A('w').fromunicode(1)
A('i', [1, 2, 3]).index(4)
A('i', [1, 2, 3]).index(3, 1)
A('i', [1, 2, 3]).index(2, -2, -1)
A('i', [1, 2, 3]).count(2)
A('i', [1, 2, 3]).remove(4)
A('i', [1, 2, 3]).pop(5)
A('i', []).pop()
A('i', [1, 2, 3]).buffer_info()[1]
A('i', [1, 2, 3]).__reduce_ex__(3)
A('i', [1, 2, 3]).__reduce_ex__(2)
2 in A('i', [1, 2])
array.typecodes
hash(A('i'))
A('i', [1], foo=1)
A('i', [1], 2)
memoryview(A('h', [1, 2])).format
A('i', (x for x in (1, 2)))
iter(A('i', [1])).__reduce__()
array._array_reconstructor(A, 'i', 8, b'1234')
array._array_reconstructor(A, 'i', 9, b'1234')
array._array_reconstructor(A, 'd', 14, b'1234')'''.splitlines():
    show(text)

a = A("h", range(10))
a.insert(2, -5)
a.insert(-100, 7)
del a[3]
del a[::4]
a[1:3] = A("h", [100, 200, 300])
a[::3] = A("h", [-1] * len(a[::3]))
a += A("h", [1])
a *= 2
a.reverse()
a.byteswap()
print(a, len(a), a.itemsize, a.typecode)
a.byteswap()
print(a.pop(), a.pop(0), a.count(1), list(a))
m = memoryview(a)
m[0] = 77
try:
    a.append(1)
except BufferError as e:
    print(e, a[0])
m.release()
a.append(1)
a.clear()
print(a)


class Sub(A):
    def __new__(cls, *args, tag=None):
        self = super().__new__(cls, "i", *args)
        self.tag = tag
        return self


s = Sub([1, 2], tag="t")
print(s, s.tag, s[:1], type(s[:1]))
