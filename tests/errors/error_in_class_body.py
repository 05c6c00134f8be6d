#: stderr
#: exit 1
class C:
    x = 1
    y = x / 0
