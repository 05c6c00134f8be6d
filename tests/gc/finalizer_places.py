# Owners that go: containers, loops that are left, weak references to what has a finalizer.
import weakref


class A:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("del", self.n)


def weak():
    a = A(20)
    r = weakref.ref(a)
    print(r() is a)
    del a
    print(r())


weak()


def gen():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


def use():
    for x in gen():
        print(x)
        break
    print("after break")
    g = gen()
    next(g)
    g = None
    print("after none")


use()
items = [A(50), A(51), A(52)]
items.pop()
print("popped")
items[0] = None
print("set")
items = []
print("emptied")
o = A(60)
weakref.finalize(o, print, "finalize 60")
o = None
print("exit")
