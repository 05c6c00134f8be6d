#: stderr
#: exit 1
d = {}
d[1, "two"]
