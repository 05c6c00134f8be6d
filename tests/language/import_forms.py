# Every form of the import statement, on a module beside the program.
import _helper
import _helper as h
from _helper import value, double as twice
from _helper import *
import _package.sub
from _package import sub as s, name
from _package.sub import deep
print(_helper.value, h is _helper, value, twice(4), public, "_private" in globals())
print(_package.sub.deep, s.deep, name, deep, _package.__name__, s.__name__, s.__package__)
import sys
print("_helper" in sys.modules, sys.modules["_package.sub"] is s)
try: import _nothing_here
except ModuleNotFoundError as e: print(e, e.name)
try: from _helper import absent
except ImportError as e: print(str(e).split(" (")[0], e.name)
try: import _package.absent
except ModuleNotFoundError as e: print(e)
try: import _helper.x
except ModuleNotFoundError as e: print(e)
def inside():
    from _package import sub
    import _package.sub as again
    return sub is again
print(inside())
print(__import__("_package.sub").__name__, _helper.calls)
import _helper
print(_helper.calls)
