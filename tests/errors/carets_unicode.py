#: stderr
#: exit 1
é = "漢字"
print(é + "x", 1, é + 5)
