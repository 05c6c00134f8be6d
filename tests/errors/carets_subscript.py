#: stderr
#: exit 1
d = {"a": {"b": [1, 2]}}
def get(k):
    return d["a"]["b"][k] + d["a"]["zz"][0]
print(get(0))
