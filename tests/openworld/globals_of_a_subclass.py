# A function whose globals are an instance of a subclass of dict.
import types


class Namespace(dict):
    def __missing__(self, key):
        if key.startswith('made'):
            return key.upper()
        raise KeyError(key)


def f():
    return made_up, len, known


def g():
    return unknown


namespace = Namespace(known=1)
h = types.FunctionType(f.__code__, namespace)
for _ in range(3):
    print(h())
namespace['made_up'] = 2
print(h())
try:
    types.FunctionType(g.__code__, namespace)()
except NameError as error:
    print(error)
