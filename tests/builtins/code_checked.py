# Code objects that a program puts together are checked before they run.
import marshal, types
def f(a, b=1):
    x = a + b
    return x
code = f.__code__
make = types.FunctionType
print(make(code.replace(co_name="g"), {})(1, 2), make(code.replace(co_name="g"), {}).__name__)
def constant(): return 123456
def with_constant(value):
    consts = tuple(value if c == 123456 else c for c in constant.__code__.co_consts)
    return make(constant.__code__.replace(co_consts=consts), {})()
print(with_constant([1, 2]), with_constant(print), with_constant("text"), with_constant((1, [2])))
print(make(marshal.loads(marshal.dumps(code)), {})(4, 5))
print(make(code.replace(co_varnames=("a", "b", "y")), {})(3, 4))
print(make(code.replace(co_freevars=("q",)), {}, None, None, (types.CellType(3),))(3, 4))
exec(marshal.loads(marshal.dumps(compile("def h(): return 5\nprint(h(), [x for x in 'ab'])", "x", "exec"))))
print(eval(marshal.loads(marshal.dumps(compile("1 + 1", "x", "eval")))))
def late(): return 1
late.__code__ = marshal.loads(marshal.dumps((lambda: 2).__code__))
print(late())
def count(n):
    for i in range(n): yield i
print(list(make(marshal.loads(marshal.dumps(count.__code__)), {})(3)))
