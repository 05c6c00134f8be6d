#: stderr
#: exit 1
import sys
def hook(*a):
    raise KeyError("hook fails")
sys.excepthook = hook
raise ValueError("original")
