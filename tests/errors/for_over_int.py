#: stderr
#: exit 1
for i in 5:
    pass
