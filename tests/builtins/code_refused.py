# Damaged code objects raise ValueError before anything of them runs. CPython would run them, so it is not asked to.
import types, marshal, sys
def f(a, b=1):
    x = a + b
    return x
c = f.__code__
def t(label, g):
    if sys.implementation.name == "cpython":
        print(label, "ValueError bad code object")
        return
    try: print(label, g())
    except Exception as e: print(label, type(e).__name__, str(e).partition(":")[0])
FT = types.FunctionType
t('junk', lambda: FT(c.replace(co_code=b'\x64\xff' * 4), {})(1, 2))
t('stack', lambda: FT(c.replace(co_stacksize=0), {})(1, 2))
t('names', lambda: exec(compile('print(1)', 'x', 'exec').replace(co_names=())))
d = bytearray(marshal.dumps(c)); 
i = bytes(d).index(c.co_code)
d[i:i+len(c.co_code)] = b'\xff'*len(c.co_code)
def bad_setcode():
    def q(a,b=1): return 5
    q.__code__ = marshal.loads(bytes(d))
    return q(1)
t('marshal bad', lambda: FT(marshal.loads(bytes(d)), {})(4,5))
t('setcode bad', bad_setcode)
t('exec bad', lambda: exec(marshal.loads(bytes(d))))
t('eval bad', lambda: eval(compile('1+1','x','eval').replace(co_code=b'\x00\x00')))
t('gen', lambda: FT((lambda: 1).__code__.replace(co_flags=0x23), {})())
inner = compile('def h(): return 5', 'x', 'exec')
t('nested', lambda: exec(inner.replace(co_consts=tuple(z.replace(co_code=b'\x01\x01') if hasattr(z,'co_code') else z for z in inner.co_consts))))
t('exc', lambda: FT(c.replace(co_exceptiontable=b'\xff\xff'), {})(1))
