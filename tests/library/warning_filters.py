#: stderr
#: exit 1
# warnings: filters, registries, actions, catching, messages on stderr.
import sys
import warnings


def f():
    warnings.warn("two", stacklevel=2); warnings.warn(DeprecationWarning("dep"))
    warnings.warn("pending", PendingDeprecationWarning)


with warnings.catch_warnings(record=True) as caught:
    f()
    f()
    print([(str(w.message), w.category.__name__, w.lineno) for w in caught])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    f()
    f()
    print([str(w.message) for w in caught])
for action in ('once', 'module', 'default', 'ignore'):
    with warnings.catch_warnings(record=True) as caught:
        warnings.resetwarnings()
        warnings.simplefilter(action)
        f()
        f()
        f()
        print(action, [str(w.message) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter('error')
    try:
        f()
    except UserWarning as error:
        print(repr(error))
    warnings.filterwarnings('ignore', 'tw.*')
    try:
        f()
    except DeprecationWarning as error:
        print(repr(error))
for args in [(), ('x', int), ('x', 5), (1,)]:
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.warn(*args)
            print(caught[0].message)
    except Exception as error:
        print(type(error).__name__, error)
for bad in [('x',), ('bad', None, UserWarning, None, 0), (1, None, UserWarning, None, 0)]:
    with warnings.catch_warnings():
        warnings.filters[:] = [bad]
        warnings._filters_mutated()
        try:
            warnings.warn('y')
        except Exception as error:
            print(type(error).__name__, error)
registry = {}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('default')
    for _ in range(2):
        warnings.warn_explicit('explicit', UserWarning, 'nofile.py', 7, registry=registry)
    print(len(caught), caught[0].filename, caught[0].lineno, sorted(map(str, registry))[0])
warnings.warn_explicit('shown', UserWarning, 'nofile.py', 7)
warnings.simplefilter('error')
warnings.warn('the end')
