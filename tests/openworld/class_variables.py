# Class attributes that change while code that reads them is hot.
class Counter:
    total = 0
    limit = 5
    name = "counter"

    def __init__(self):
        Counter.total += 1
        self.number = self.total

    def over(self):
        return self.total > self.limit


class Special(Counter):
    pass


def run(n):
    seen = []
    for i in range(n):
        c = (Counter, Special)[i % 2]()
        seen.append((c.number, c.over(), c.name, Special.total))
        if i == 4:
            Counter.limit = 2
        if i == 6:
            Special.name = "special"
        if i == 7:
            Counter.name = property(lambda self: "property")
        if i == 8:
            Special.limit = 100
    return seen


for row in run(12):
    print(row)
Counter.over = lambda self: "patched"
print(Counter().over(), Special().over())
del Special.name
print(Special().name)
Counter.__len__ = lambda self: 3
print(len(Special()))
Counter.total = "text"
try:
    Counter()
except TypeError as error:
    print(error)
#: stress
