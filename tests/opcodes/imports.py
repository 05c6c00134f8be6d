# IMPORT_NAME, IMPORT_FROM, import *, in functions and classes.
import math as m, sys
from math import floor, ceil as up
import os.path
import os.path as osp
from collections import abc
def f():
    import json
    from json import dumps as d
    from os import path, sep
    return d({"a": json.loads("[1]")}), path is osp, sep
class C:
    from math import pi
    import cmath
print(m.sqrt(16), floor(2.5), up(2.5), os.path.basename("/a/b"), osp is os.path, abc.__name__, f(), C.pi == m.pi, C.cmath.__name__)
try: from math import nothing
except ImportError as e: print(str(e).split(" (")[0], e.name)
try: import math.sub
except ImportError as e: print(e)
try: import nope.deeper
except ImportError as e: print(e)
try: from . import x
except ImportError as e: print(e)
exec("from math import *", ns := {}); print("tau" in ns, "__name__" in ns)
import importlib; print(importlib.import_module("json") is sys.modules["json"], __import__("os.path").__name__)
