#: stderr
#: exit 1
raise ValueError
