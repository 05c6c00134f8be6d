# LOAD_NAME, STORE_NAME, LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL, LOAD_DEREF, STORE_DEREF, DELETE_DEREF, LOAD_FROM_DICT_OR_DEREF.
g = 1
def read(): return g
def write(v):
    global g
    g = v
def delete():
    global g
    del g
print(read()); write(2); print(read(), g); delete()
try: read()
except NameError as e: print(e)
try: delete()
except NameError as e: print(e)
def cells():
    a = 1
    def get(): return a
    def put(v):
        nonlocal a
        a = v
    def drop():
        nonlocal a
        del a
    return get, put, drop
get, put, drop = cells(); put(5); print(get()); drop()
for f in (get, drop):
    try: f()
    except NameError as e: print(type(e).__name__, e)
put(6); print(get())
class C:
    print(__qualname__, __module__)
    x = len
    y = x("abc")
    del x
    try: x
    except NameError as e: print(e)
print(C.y)
def outer(v):
    class K:
        w = v
        z = [v for _ in w][:1]
        def m(self): return v
    try:
        class L:
            v = v
    except NameError as e: print(e)
    return K.w, K.z, K().m()
print(outer("enclosing"))
def param(p):
    def inner(): return p
    p += 1
    return inner
print(param(1)())
def deep():
    a = 1
    def b():
        def c():
            def d():
                nonlocal a
                a += 1
                return a
            return d
        return c
    return b()()() + a
print(deep())
