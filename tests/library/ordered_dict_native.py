# OrderedDict as CPython's C implementation has it: order, errors, views, iterators, subclasses, pickling.
import collections
import copy
import pickle
import weakref
from collections import OrderedDict


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


print(OrderedDict, OrderedDict.__mro__, issubclass(OrderedDict, dict), OrderedDict.__module__)
od = OrderedDict([("a", 1), ("b", 2), ("c", 3)], d=4)
print(od, OrderedDict(), list(od), list(reversed(od)), len(od), "a" in od)
od.move_to_end("a")
od.move_to_end("c", last=False)
print(od)
attempt(od.move_to_end, "zzz")
attempt(od.move_to_end, "zzz", False)
print(od.popitem(), od.popitem(last=False), od)
attempt(OrderedDict().popitem)
print(od.pop("b"), od.pop("b", "none"), od.pop(key="b", default=7))
attempt(od.pop, "b")
print(od.setdefault("d", 9), od.setdefault("e", default=8), od.setdefault("f"), od)
del od["e"]
od["e"] = 1
od["d"] = "again"
print(od, od.keys(), od.values(), od.items())
print(type(od.keys()).__mro__, type(iter(od)), type(reversed(od.items())))
print(od.keys() & {"d", "q"}, od.keys() == {"d", "e", "f"}, list(reversed(od.values())), list(reversed(od.items())))

# Arguments.
for args in ((1, 2), (1,), ([1],), ([(1, 2, 3)],), ([(1,)],), ([()],), (None,)):
    attempt(OrderedDict, *args)
attempt(od.update, 1, 2)
attempt(od.move_to_end)
attempt(od.move_to_end, 1, 2, 3)
attempt(od.popitem, 1, 2)
attempt(od.pop)
attempt(od.setdefault)
attempt(OrderedDict.fromkeys)
attempt(OrderedDict.fromkeys, "ab", value=3)
attempt(OrderedDict(self=1, other=2).update, iterable=3)


class HasKeys:
    def keys(self):
        return ["x", "y"]

    def __getitem__(self, key):
        return key * 2


print(OrderedDict(HasKeys()), OrderedDict(OrderedDict(a=1), b=2))

# Changes while iterating.
for change in (
    lambda d: d.__setitem__("new", 1),
    lambda d: d.__delitem__("c"),
    lambda d: d.move_to_end("a"),
    lambda d: d.clear(),
    lambda d: d.popitem(),
    lambda d: dict.__setitem__(d, "hidden", 1),
    lambda d: d.__setitem__("a", "no change of order"),
):
    for view in (iter, lambda d: iter(d.items()), reversed):
        d = OrderedDict.fromkeys("abc")
        it = view(d)
        next(it)
        change(d)
        attempt(next, it)
        attempt(next, it)

# Entries that dict's own methods take out.
for spoil in (dict.popitem, dict.clear):
    d = OrderedDict(a=1, b=2)
    spoil(d)
    attempt(repr, d)
for spoil in (lambda d: dict.__delitem__(d, "a"), lambda d: dict.pop(d, "b")):
    d = OrderedDict(a=1, b=2)
    spoil(d)
    attempt(list, d)
    attempt(repr, d)
    attempt(d.copy)
    attempt(list, d.items())


class Fickle:
    count = 0

    def __hash__(self):
        Fickle.count += 1
        return Fickle.count


d = OrderedDict()
for i in range(50):
    d[Fickle()] = i
for f in (lambda: list(d.values()), lambda: list(d.items()), lambda: repr(d), lambda: d.copy()):
    try:
        f()
        print("no error")
    except KeyError as e:
        print("KeyError")

# Equality minds the order between two ordered ones only.
a, b = OrderedDict([(1, 2), (3, 4)]), OrderedDict([(3, 4), (1, 2)])
print(a == b, a != b, a == dict(b), dict(a) == b, a == OrderedDict(a), a.__eq__(3), a.__lt__(b))
attempt(lambda: a < b)


class Trigger:
    def __init__(self, action=None):
        self.action = action

    def __hash__(self):
        return 1

    def __eq__(self, other):
        if self.action:
            self.action()
        return True


x, y = OrderedDict(), OrderedDict()
x[Trigger(lambda: x.clear())] = 1
y[Trigger()] = 1
attempt(lambda: x == y)

# Operators, copies, attributes, weak references, pickles.
print(a | {5: 6}, {0: 0} | a, type({} | a))
a |= [(7, 8)]
print(a)
attempt(lambda: a | [(1, 2)])
a.note = ["n"]
for made in (a.copy(), copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a)), pickle.loads(pickle.dumps(a, 0))):
    print(made, made == a, type(made), getattr(made, "note", None))
print(a.__reduce__()[:4], OrderedDict().__reduce__()[:4], a.__dict__)
it = iter(a.items())
next(it)
print(pickle.loads(pickle.dumps(it)).__class__, list(pickle.loads(pickle.dumps(it))), list(it))
r = weakref.ref(a)
print(r() is a)
a["self"] = a
print(a, a.values(), sep="\n")


class Sub(OrderedDict):
    def __setitem__(self, key, value):
        super().__setitem__(key, ("set", value))

    def __missing__(self, key):
        return "missing"


s = Sub([(1, 2)], k=3)
print(s, s["nope"], s.get("nope"), s.setdefault("new", 0), s.pop(1), s.copy(), type(s | {1: 1}), sep="\n")
attempt(s.pop, "nope")


class Slotted(OrderedDict):
    __slots__ = ("x", "y")


z = Slotted(a=1)
z.x = 10
print(copy.copy(z).x, hasattr(copy.copy(z), "y"), z.__reduce__()[2])


class Lru(OrderedDict):
    def __getitem__(self, key):
        value = super().__getitem__(key)
        self.move_to_end(key)
        return value

    def __setitem__(self, key, value):
        while key not in self and len(self) >= 3:
            self.popitem(last=False)
        super().__setitem__(key, value)
        self.move_to_end(key)


cache = Lru()
for i in range(1000):
    cache[i * 7 % 11] = i
    if i % 3 == 0:
        cache[i * 7 % 11]
print(cache)

# Against a model, with all kinds of changes and many resizes.
import random

rng = random.Random(4)
model, od = [], OrderedDict()
for step in range(20000):
    key, what = rng.randrange(200), rng.randrange(8)
    if what < 3:
        if key not in model:
            model.append(key)
        od[key] = step
    elif what == 3 and key in model:
        model.remove(key)
        del od[key]
    elif what == 4 and key in model:
        model.remove(key)
        model.append(key)
        od.move_to_end(key)
    elif what == 5 and key in model:
        model.remove(key)
        model.insert(0, key)
        od.move_to_end(key, False)
    elif what == 6 and model:
        assert od.popitem(last=False)[0] == model.pop(0)
    elif what == 7 and model and step % 5 == 0:
        assert od.popitem()[0] == model.pop()
    if step % 500 == 0:
        assert list(od) == model == list(reversed(list(reversed(od))))
print(len(od), list(od) == model)
C = type("C", (), OrderedDict([("q", 1), ("p", 2)]))
print([n for n in C.__dict__ if not n.startswith("_")])
print(f"{collections.Counter('abca')!r}", OrderedDict[int, str])
