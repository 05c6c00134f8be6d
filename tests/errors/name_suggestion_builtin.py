#: stderr
#: exit 1
print(lenn([1]))
