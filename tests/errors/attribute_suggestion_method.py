#: stderr
#: exit 1
[1, 2].appendd(3)
