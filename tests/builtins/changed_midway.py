# Collections that change while they are iterated over, or while an item of theirs is compared or shown.
def t(f):
    try: print(f())
    except Exception as e: print(f.__name__, type(e).__name__, e)
def d1():
    d={1:1,2:2}
    for k in d: d[k+10]=1
def d2():
    d={1:1,2:2}
    for k in d.values(): d[k+10]=1
def d3():
    d={1:1,2:2}
    for k in d.items(): d[99]=1
def d4():
    d={1:1,2:2,3:3}
    for k in d: del d[k]
def d5():
    d={1:1,2:2,3:3}
    for k in d:
        del d[k]; d[k+100]=1
def d5b():
    d=dict.fromkeys(range(5))
    n=0
    for k in d:
        n+=1
        del d[k]; d[k]=1
        if n>20: break
    return n
def d6():
    d={1:1,2:2,3:3}
    for k in reversed(d): d[k*100]=1
def d7():
    d={1:1,2:2,3:3}
    for k in reversed(d.values()): d[k*100]=1
def d8():
    d={1:1,2:2,3:3}
    for k in reversed(d.items()): d[77]=1
def d9():
    d={1:1,2:2,3:3}
    for k in d: d.clear()
def d10():
    d={1:1,2:2,3:3}
    for k in d: d.update({k:2})
    return d
def d11():
    d={1:1,2:2,3:3}
    it=iter(d); next(it); d[5]=1
    try: next(it)
    except RuntimeError as e: print(e)
    try: print(next(it))
    except RuntimeError as e: print('again', e)
    except StopIteration: print('stop')
def d12():
    d={1:1,2:2}
    return [d.setdefault(k+5, 1) for k in d]
def d13():
    d={1:1,2:2,3:3}
    it=iter(d)
    print(it.__length_hint__()); d[9]=9; return it.__length_hint__()
def d14():
    class G:
        def __init__(s): s.a=1; s.b=2
    g=G()
    for k in g.__dict__: setattr(g,'x'+k,1)
def d15():
    class G:
        def __init__(s): s.a=1; s.b=2
    g=G()
    for k in vars(g): delattr(g,k)
def d16():
    for k in globals(): globals()['zz'+k]=1
def d17():
    class K:
        a=1
    for k in K.__dict__: setattr(K,'x'+k,1)
def s1():
    s={1,2,3}
    for x in s: s.add(x+100)
def s2():
    s={1,2,3}
    for x in s: s.discard(x)
def s3():
    s={1,2,3}
    for x in s: s.clear()
def s4():
    s={1,2,3}
    it=iter(s); next(it); s.add(10)
    for i in range(2):
        try: print(next(it))
        except RuntimeError as e: print(e)
        except StopIteration: print('stop')
def s5():
    s={1,2,3}
    it=iter(s); next(it); s.add(10)
    return it.__length_hint__()
from collections import *
def q1():
    q=deque([1,2,3])
    for x in q: q.append(1)
def q2():
    q=deque([1,2,3])
    for x in q: q.popleft()
def q3():
    q=deque([1,2,3])
    for x in reversed(q): q.append(1)
def q4():
    q=deque([1,2,3])
    for x in q: q.rotate(1)
    return q
def q5():
    q=deque([1,2,3])
    for x in q: q[0]=4
    return q
def q6():
    q=deque([1,2,3])
    it=iter(q); next(it); q.append(4)
    for i in range(2):
        try: print(next(it))
        except RuntimeError as e: print(e)
        except StopIteration: print('stop')
class Ev:
    def __init__(s,c): s.c=c
    def __eq__(s,o): s.c.clear(); return False
    __hash__=lambda s:1
def q7():
    q=deque([1,2,3]); return q.index(Ev(q))
def q8():
    q=deque([1,2,3]); return q.count(Ev(q))
def q9():
    q=deque([1,2,3]); return q.remove(Ev(q))
def q10():
    q=deque([1,2,3]); return Ev(q) in q
def q11():
    q=deque([1,2,3]); q.extend(q); return q
def q12():
    q=deque([1,2,3]); q.extendleft(q); q+=q; return q
def c1():
    c=Counter('aab')
    for k in c: c[k+'z']+=1
def dd():
    d=defaultdict(int,{1:1})
    for k in d: d[k+1]
def sg():
    s={1,2}
    return {x for x in s if s.add(x+5) is None}
def du():
    d={1:2,3:4}
    class M(dict):
        def keys(s): return iter(d)
        def __getitem__(s,k): d[k+50]=1; return 1
    return {**M()}
def du2():
    d={1:2,3:4}
    class M:
        def keys(s): return d
        def __getitem__(s,k): d[k+50]=1; return 1
    e={}; e.update(M()); return e
def su():
    class H:
        def __init__(s,n): s.n=n
        def __hash__(s): return 5
        def __eq__(s,o):
            d.clear(); d[1]=1; return False
    a=H(1)
    d={}
    d[a]=1
    e={H(2):1}
    e.update(d)
    return len(e)
def deq():
    class V:
        def __eq__(s,o): a.clear(); return True
    a={1:V(),2:V()}; b={1:V(),2:V()}
    return a==b
def sset():
    d={1:1,2:2}
    return set(d[k] if d.pop(k) else 0 for k in d)
def lst():
    d={1:1,2:2}
    return list(map(lambda k:d.__setitem__(k+20,2), d))
def rp():
    d={}
    class R:
        def __repr__(s): d['x%d'%len(d)]=1; return 'R'
    d[1]=R(); d[2]=R()
    return repr(d)
def rs():
    s=set()
    class R:
        def __repr__(s_): s.add(len(s)+100); return 'R'
    s.add(R())
    return repr(s)
def rq():
    q=deque()
    class R:
        def __repr__(s_): q.append(5); return 'R'
    q.append(R())
    return repr(q)
for k,f in list(globals().items()):
    if callable(f) and getattr(f,'__module__',None)=='__main__' and k not in('t','Ev'):
        t(f)
