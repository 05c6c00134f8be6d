#: stderr
#: exit 1
def f(a, b):
    return (a + 1) * (
        b / 0
    )
f(1, 2)
