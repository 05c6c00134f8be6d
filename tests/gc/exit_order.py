# What runs at exit: atexit handlers, then finalisers of module globals.
#: stderr
import atexit, sys
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
@atexit.register
def bye(): print("atexit 1")
atexit.register(print, "atexit 2", end="!\n")
keep = D("global")
def failing(): raise ValueError("in atexit")
atexit.register(failing); atexit.unregister(failing)
class Bad:
    def __del__(self): raise RuntimeError("in del")
    def __repr__(self): return "<Bad>"
b = Bad()
print("end of main")
#: stress
