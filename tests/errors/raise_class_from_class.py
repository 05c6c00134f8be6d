#: stderr
#: exit 1
raise ValueError from KeyError
