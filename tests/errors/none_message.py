#: stderr
#: exit 1
raise Exception(None)
