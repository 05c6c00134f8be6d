#: stderr
#: exit 1
data = [{"users": [{"name": "x"}]}]
print(data[0]["users"][0]["name"].upper().nope())
