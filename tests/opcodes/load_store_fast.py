# LOAD_FAST and its kin, STORE_FAST, DELETE_FAST, their fused pairs, and unbound locals.
def pairs(a, b, c):
    d = a
    e, f = b, c
    a, b = b, a
    a, b, c = c, a, b
    x = y = z = d
    return a, b, c, d, e, f, x, y, z, a + b, b + c, d == e
print(pairs(1, 2, 3))
def many():
    a = 1; b = 2; c = 3; d = 4; e = 5; f = 6; g = 7; h = 8; i = 9; j = 10; k = 11; l = 12; m = 13; n = 14; o = 15; p = 16; q = 17; r = 18
    return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r
print(many())
def maybe(flag):
    if flag: v = 1
    return v
print(maybe(True))
try: maybe(False)
except UnboundLocalError as e: print(e)
def gone(x):
    del x
    try: return x
    except UnboundLocalError as e: print(e)
    x = "again"; return x
print(gone(1))
def inloop():
    for i in range(3):
        if i: print(last, end=" ")
        last = i
    print(i, last)
    del i
    try: del i
    except UnboundLocalError as e: print(e)
inloop()
def clear(x):
    y = [x for x in range(3)]
    return x, y
print(clear("kept"))
def swap4(a, b, c, d): a, b, c, d = d, c, b, a; return a, b, c, d
print(swap4(1, 2, 3, 4))
def exc():
    try: raise ValueError(1)
    except ValueError as e: r = str(e)
    try: return e
    except UnboundLocalError as u: return r, str(u)
print(exc())
