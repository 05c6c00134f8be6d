#: stderr
#: exit 1
x = 0123
