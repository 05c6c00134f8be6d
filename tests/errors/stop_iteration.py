#: stderr
#: exit 1
it = iter([])
next(it)
