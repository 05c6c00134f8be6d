#: stderr
#: exit 1
print("never")
x = (1,
y = 2
