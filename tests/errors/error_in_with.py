#: stderr
#: exit 1
class CM:
    def __enter__(self): return self
    def __exit__(self, *a):
        print("exit", a[0].__name__)
with CM():
    with CM() as c:
        raise ValueError("body")
