# contextvars: variables, tokens, contexts.
from contextvars import Context, ContextVar, Token, copy_context


def show(thunk):
    try:
        print(repr(thunk()))
    except Exception as error:
        print(type(error).__name__, error)


a = ContextVar('a')
b = ContextVar('b', default=1)
for thunk in (lambda: a, lambda: b, a.get, lambda: a.get(5), b.get, lambda: ContextVar(1), lambda: ContextVar(), Token):
    show(thunk)
token = a.set(10)
show(lambda: token)
print(a.get(), token.var is a, token.old_value is Token.MISSING, Token.MISSING)
second = a.set(20)
print(second.old_value, a.get())
show(lambda: b.reset(second))
a.reset(second)
print(a.get())
show(lambda: a.reset(second))
show(lambda: a.reset(1))
show(lambda: second)

context = copy_context()
print(len(context), a in context, b in context, context[a], list(context) == [a], list(context.items()) == [(a, 10)])
show(lambda: context[b])
show(lambda: context['x'])
show(lambda: context.get(b, 7))
a.set(11)
print(context[a], a.get())


def inside(x, *, y):
    print(a.get(), x, y)
    a.set('inner')
    b.set(2)
    show(lambda: a.reset(token))
    show(lambda: context.run(print))
    return 'result'


print(context.run(inside, 1, y=2), a.get(), context[a], context[b])
show(lambda: context.run())
show(lambda: Context(1))
copied = context.copy()
print(copied == context, copied is context, Context() == context)
copied.run(a.set, 'changed')
print(copied[a], context[a], copied == context)
with a.set('with') as t:
    print(a.get(), t.var is a)
print(a.get(), ContextVar[int], Token[str])
show(lambda: hash(context))


class Sub:
    pass


try:
    class Derived(ContextVar):
        pass
except TypeError as error:
    print(error)
