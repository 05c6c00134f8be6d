# Code of functions and class bodies that runs in other ways than by a call of theirs.
import builtins


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


def f(x, y=1, *z, k):
    return x


# exec and eval call it without arguments.
attempt(exec, f.__code__)
attempt(eval, (lambda *a, **k: (a, k)).__code__)
attempt(eval, (lambda x: x).__code__)
attempt(eval, (lambda: 5).__code__)


def outer():
    a = 1

    def inner(q):
        return a

    return inner


inner = outer()
attempt(exec, inner.__code__)
attempt(exec, inner.__code__, closure=inner.__closure__)

# So does __build_class__, in the namespace.
attempt(builtins.__build_class__, lambda x: x, "n")
attempt(builtins.__build_class__, lambda *a: print(a), "n")

# The set that a module of conditional annotations keeps may be replaced.
attempt(exec, "if x: a: int = 1\nb: int = 2", {"x": 1})
attempt(exec, "__conditional_annotations__ = 5\nif x: a: int = 1", {"x": 1})

# A class body called like any function runs in the globals.
original = builtins.__build_class__
builtins.__build_class__ = lambda body, name, *bases: body()


class A:
    in_globals = 1

    def method(self):
        return __class__


builtins.__build_class__ = original
print(type(A).__name__, in_globals, callable(method))
