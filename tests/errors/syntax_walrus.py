#: stderr
#: exit 1
x := 5
