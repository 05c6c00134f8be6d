# list.append and list.pop where compiled code does them itself, and where it must not.
#: stress
class Stack(list):
    def append(self, item):
        print("append", item)
        super().append(item)


class Sub(list):
    pass


class Other:
    def __init__(self):
        self.items = []

    def append(self, item):
        self.items.insert(0, item)

    def pop(self):
        return "other"


def fill(target, n):
    for i in range(n):
        target.append(i)
    return target


def drain(target):
    out = []
    while True:
        try:
            out.append(target.pop())
        except IndexError as e:
            return out, str(e)


print(fill([], 5), fill(Stack(), 2), fill(Sub(), 3), fill(Other(), 3).items)
print(drain(fill([], 4)), drain(fill(Sub(), 2)))
print(Other().pop(), [].append(1), fill([], 40)[-1])
items = [object() for _ in range(3)]
print(items.pop() is items.append, len(items))
for bad in (5, None, "s", (1,)):
    try:
        fill(bad, 1)
    except AttributeError as e:
        print(e)
    try:
        drain(bad)
    except AttributeError as e:
        print(e)
append = [].append
append(1)
append(2)
print(append.__self__)
grow = [0]
for x in grow:
    if x < 20:
        grow.append(x + 1)
print(len(grow))
shrink = list(range(10))
for x in shrink:
    shrink.pop()
print(shrink)
try:
    [].append()
except TypeError as e:
    print(e)
try:
    [].append(1, 2)
except TypeError as e:
    print(e)
print([1, 2, 3].pop(0), [[i] for i in range(3)].pop())
