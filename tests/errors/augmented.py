#: stderr
#: exit 1
x = "a"
x += 1
