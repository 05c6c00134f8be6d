#: stderr
class D:
    def __del__(self):
        raise ValueError("ignored")
d = D()
del d
import gc
gc.collect()
print("goes on")
