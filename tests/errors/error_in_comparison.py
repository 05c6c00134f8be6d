#: stderr
#: exit 1
sorted([3, "a", 2])
