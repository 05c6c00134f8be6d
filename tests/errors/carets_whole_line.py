#: stderr
#: exit 1
x = None
x()
