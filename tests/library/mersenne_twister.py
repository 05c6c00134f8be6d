"""_random: CPython's numbers from CPython's seeds."""
import _random


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


for seed in [0, 1, -5, 2**32, 2**200 + 7, 1.5, True]:
    r = _random.Random(seed)
    print(seed, r.random(), r.getrandbits(0), r.getrandbits(7), r.getrandbits(32), r.getrandbits(33), r.getrandbits(200))

for text in """_random.Random(1, 2)
_random.Random(a=1)
_random.Random(5).getrandbits(-1)
_random.Random(5).getrandbits('a')
_random.Random(5).getrandbits(2**70)
_random.Random(5).setstate(1)
_random.Random(5).setstate((1, 2))
_random.Random(5).setstate((1,) * 624 + (700,))
_random.Random(5).setstate(('a',) * 625)
_random.Random(5).setstate((-1,) * 625)
_random.Random([]).random()
_random.Random(5).seed(1, 2)""".splitlines():
    show(text)


class Child(_random.Random):
    def __init__(self, x):
        self.x = x
        self.seed(x)


r = Child(3)
print(r.random(), r.x)
for i in range(2000):
    r.getrandbits(i)
state = r.getstate()
print(len(state), state[-1], hash(state))
a = [r.random() for _ in range(700)]
r.setstate(state)
print(a == [r.random() for _ in range(700)], a[-1])
#: stress
