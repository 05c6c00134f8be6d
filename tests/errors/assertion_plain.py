#: stderr
#: exit 1
x = [1]
assert x == [2]
