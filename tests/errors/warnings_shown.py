#: stderr
import warnings
def old():
    warnings.warn("deprecated thing", DeprecationWarning, stacklevel=2)
    warnings.warn("user warning")
old()
old()
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    warnings.warn("caught")
    print(len(w), w[0].message)
