# Variables of comprehensions in a module stay apart from globals of the same name.
def declares():
    global item, k, j
    item = 5
declares()
class K:
    global j
    j = 6
print([item for item in range(3)], item)
print([(lambda: item)() for item in range(3)], item)
print([lambda item=item: item for item in range(3)][1](), item)
print([[item for item in range(item)] for item in range(3)], item)
print([(item, k) for item in [item] for k in [item+1, item+2] if item], item)
print({item: k for item, k in [(1, 2)]}, {item for item in range(3)}, item)
print(list(item for item in range(2)), item)
print([list(item for item in range(item)) for item in range(3)], item)
print([list(item+k for k in range(item)) for item in range(3)], item)
for item in [item for item in range(2)]: print(item)
print([j for j in [j]], j, [(last := item) for item in range(4)], last)
print([(lambda k: (item, k))(1) for item in range(2)])
print([item.real for item in range(2) if (lambda: item)() > 0])
try: print([item for item in [1/0]])
except Exception as e: print(e, item)
