import gc
class It:
    def __iter__(s): return s
    def __next__(s): return 1
    def close(s): print("closed")
def g():
    yield from It()
x = g(); next(x); del x; gc.collect(); print("end")
def h():
    yield from g()
x = h(); next(x); next(x); del x; gc.collect(); print("end")
