# Keywords to constructors of built-in types and of their subclasses.
def attempt(f):
    try: print(f())
    except TypeError as e: print("TypeError:", e)
for cls in (tuple, list, set, frozenset, float):
    class Plain(cls): pass
    class Init(cls):
        def __init__(self, arg, extra=None):
            if cls in (list, set): super().__init__(arg)
            self.extra = extra
    arg = 1.5 if cls is float else [1, 2]
    attempt(lambda: cls(sequence=()))
    attempt(lambda: Plain(sequence=()))
    made = Init(arg, extra=3); print(cls(made), made.extra)
class New(list):
    def __new__(cls, arg, extra=None):
        made = super().__new__(cls, arg); made.extra = extra; return made
made = New([1], extra=2); print(made, made.extra)
class Own(dict):
    def __iter__(self): return iter(["b", "a"])
    def keys(self): return ["b", "a"]
def kw(**kw): return list(kw.items())
print(kw(**Own(a=1, b=2)), {**Own(a=1, b=2)})
