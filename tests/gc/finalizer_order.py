# When objects go: before what the program prints next.
import weakref


class A:
    alive = 0

    def __init__(self, n):
        self.n = n
        A.alive += 1
        print("init", n)

    def __del__(self):
        A.alive -= 1
        print("del", self.n)


def scope():
    a = A(1)
    print("in scope")


scope()
print("after scope", A.alive)
a = A(2)
a = None
print("none", A.alive)
a = A(3)
a = A(4)
print("rebound", A.alive)
del a
print("deleted", A.alive)
