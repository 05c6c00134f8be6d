# Lists that change while a built-in walks over them.
class Clears:
    def __index__(self):
        items.clear()
        return 42


class Grows:
    def __index__(self):
        if len(items) < 10:
            items.append(self)
        return 7


items = [Clears(), Clears()]
for make in (bytes, bytearray):
    items = [Clears(), Clears()]
    print(make(items))
    items = [Grows()]
    print(len(make(items)))


class Eq:
    def __init__(self, action):
        self.action = action

    def __eq__(self, other):
        self.action()
        return False


items = [Eq(lambda: items.clear()), 1, 2]
print(5 in items, items)
items = [Eq(lambda: items.pop()), 1, 2, 3]
print(items.count(9), len(items))
items = [Eq(lambda: items.clear()), 4]
print(items == [1, 4], items)
