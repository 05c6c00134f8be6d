# f_locals of functions is a mapping through which variables can be set (PEP 667); compiled code keeps its variables
# in registers, so there it is only read.
#: modes interpreted
import sys
def f():
    x = 1
    y = 2
    p = sys._getframe().f_locals
    p['x'] = 10
    print(x, p['x'], type(p).__name__, len(p), list(p), 'x' in p, 'zz' in p)
    p['new'] = 5
    print(p['new'], 'new' in p, sorted(p), sorted(locals()))
    try: del p['x']
    except Exception as e: print(type(e).__name__, e)
    try: p.pop('x')
    except Exception as e: print(type(e).__name__, e)
    try: p['nope']
    except Exception as e: print(type(e).__name__, e)
    try: p[3]
    except Exception as e: print(type(e).__name__, e)
    try: p[5]=6; print(p[5])
    except Exception as e: print(type(e).__name__, e)
    try: hash(p)
    except Exception as e: print(type(e).__name__, e)
    print(p.get('y'), p.get('q', 7), p.setdefault('y', 9), p.setdefault('w', 9))
    p.update({'y': 23}); print(y)
    p |= {'y': 24}; print(y)
    print(sorted(k for k in (p | {'a':1}) if isinstance(k,str)), type(p | {}).__name__, type(p.copy()).__name__)
    print(p == sys._getframe().f_locals, p is sys._getframe().f_locals, p != {}, p == {})
    print(type(p.keys()).__name__, type(p.items()).__name__, type(p.values()).__name__, type(iter(p)).__name__, list(reversed(p))[:2])
    l = locals(); l['x'] = 99; print(x)
    try: p.clear()
    except Exception as e: print(type(e).__name__, e)
    try: p.popitem()
    except Exception as e: print(type(e).__name__, e)
    print(isinstance(p, dict))
    import collections.abc
    print(isinstance(p, collections.abc.Mapping), isinstance(p, collections.abc.MutableMapping))
    match p:
        case {'x': v}: print('matched', v)
f()
def g():
    def inner(): return c
    c = 1
    fr = sys._getframe()
    fr.f_locals['c'] = 7
    print(inner(), c)
    return fr
fr = g()
print(fr.f_locals['c']); fr.f_locals['c'] = 8; print(fr.f_locals['c'])
def setter(n, v): sys._getframe(1).f_locals[n] = v
def h():
    a = 1
    setter('a', 5)
    return a
print(h())
def gen():
    a = 1
    while True:
        yield a
G = gen(); next(G); G.gi_frame.f_locals['a'] = 50; print(next(G))
print(sys._getframe().f_locals is globals())
class K:
    q = 1
    sys._getframe().f_locals['q'] = 2
print(K.q)
def unbound():
    p = sys._getframe().f_locals
    print('z' in p, list(p))
    p['z'] = 3
    try: return z
    finally:
        if 0: z = 1
print(unbound())
def rec():
    p = sys._getframe().f_locals
    return repr(p)[:30]
print(rec())
def two(a):
    l1 = locals(); l2 = locals()
    print(l1 is l2, l1, sorted(l2))
two(4)
def comp():
    x = 1
    return [locals() for y in [1]], [sorted(sys._getframe().f_locals) for y in [2]]
print(comp())
def ty():
    return type(sys._getframe().f_locals)
T=ty()
print(T, T.__name__, T.__module__)
try: T()
except TypeError as e: print(e)
try: T(5)
except TypeError as e: print(e)
print(type(T(fr)).__name__, T(fr)==fr.f_locals)
try: p=fr.f_locals; p.update(5)
except Exception as e: print(type(e).__name__, e)
try: fr.f_locals = {}
except Exception as e: print(type(e).__name__, e)
