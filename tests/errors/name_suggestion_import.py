#: stderr
#: exit 1
print(sys.argv)
