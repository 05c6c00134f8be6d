#: stderr
#: exit 1
def boom(*args):
    raise RuntimeError("boom")
result = boom(
    1,
    "two",
    [3,
     4],
)
