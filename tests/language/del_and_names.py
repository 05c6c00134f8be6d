# del of every target, and names that are gone.
x = 1
del x
try: x
except NameError as e: print(e, e.name)
def f():
    y = 1
    del y
    try: y
    except UnboundLocalError as e: print(e)
    y = 2
    return y
print(f())
a = [0, 1, 2, 3, 4, 5]
del a[0]; print(a)
del a[1:3]; print(a)
del a[::2]; print(a)
d = {"k": 1, "l": 2}
del d["k"]; print(d)
try: del d["zz"]
except KeyError as e: print(repr(e))
try: del a[10]
except IndexError as e: print(e)
try: del (1, 2)[0]
except TypeError as e: print(e)
def g():
    global gone
    gone = 1
    del gone
g()
try: gone
except NameError as e: print(e)
try: del never
except NameError as e: print(e)
class C: attr = 1
del C.attr
print(hasattr(C, "attr"))
for i in range(2): pass
del i
print("i" in globals())
