#: stderr
#: exit 1
print("before")
exec("x = 1\ny = = 2\n")
