# BINARY_OP with NB_SUBSCR, BINARY_SLICE, STORE_SUBSCR, STORE_SLICE, DELETE_SUBSCR.
l = [10, 20, 30, 40]; t = (1, 2, 3); s = "héllo"; d = {"a": 1, 2: "two", (1, 2): "t"}; b = b"xyz"
def get(c, i): return c[i]
print(get(l, 0), get(l, -1), get(t, 1), get(s, 1), get(d, "a"), get(d, 2), get(d, (1, 2)), get(b, 0), get(l, True), get(range(9), 3))
def sl(c, a, z): return c[a:z]
print(sl(l, 1, 3), sl(t, None, 2), sl(s, -3, None), sl(b, 0, 99), sl(l, 3, 1), sl(range(9), 2, 5))
def put(c, i, v): c[i] = v; return c
print(put(l, 0, "x"), put(d, "new", 9), put(bytearray(b"abc"), 1, 65), put(l, -1, None))
def puts(c, a, z, v): c[a:z] = v; return c
print(puts(l, 1, 2, [7, 8, 9]), puts(l, 0, 0, "ab"), puts(bytearray(b"abc"), 0, 1, b"zz"), puts(l, 2, None, []))
def dele(c, i): del c[i]; return c
print(dele([1, 2, 3], 1), dele({1: 2}, 1), dele([1, 2, 3, 4], slice(1, 3)), dele(bytearray(b"abc"), 0))
def aug(c, i): c[i] += 5; return c
print(aug([1, 2], 0), aug({"k": 1}, "k"))
class K:
    def __getitem__(self, i): return i
    def __setitem__(self, i, v): print("set", i, v)
    def __delitem__(self, i): print("del", i)
k = K(); print(k[1:2], k[1:2:3], k[::], k[1, 2:3], k[...]); k[1:2] = 3; k[0] = 1; del k[5]; del k[1:]; k["a"] += "b"
for f in (lambda: get(l, 99), lambda: get(t, -9), lambda: get(s, 5), lambda: get(d, "zz"), lambda: get(5, 0), lambda: get(None, 0), lambda: put(t, 0, 1), lambda: put(s, 0, "a"), lambda: dele(t, 0), lambda: get(l, "a"), lambda: get(l, None), lambda: get({}, []), lambda: get(l, 2 ** 70), lambda: put(l, 2 ** 70, 1), lambda: sl(5, 1, 2), lambda: get(len, 0), lambda: put(5, 0, 0), lambda: dele(5, 0), lambda: sl(l, "a", 1), lambda: dele({}, 1), lambda: get(int, 0) if False else get(object, 0)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
#: stress
