# __private names in classes.
class A:
    __x = 1
    def __init__(self): self.__y = 2
    def get(self): return self.__x, self.__y
    def __method(self): return "A method"
    def call(self): return self.__method()
    __dunder__ = "untouched"
class B(A):
    __x = 10
    def __init__(self):
        super().__init__()
        self.__y = 20
    def __method(self): return "B method"
    def own(self): return self.__x, self.__y, self.__method()
b = B()
print(b.get(), b.own(), b.call(), sorted(b.__dict__), B._B__x, A._A__x, A.__dunder__)
try: b.__y
except AttributeError as e: print(e)
class _C:
    def f(self, __arg): return __arg
    def g(self):
        __local = 3
        return sorted(locals())
print(_C().f(1), _C().g(), _C.f.__code__.co_varnames)
