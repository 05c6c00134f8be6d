#: stderr
#: exit 1
def check(n):
    assert n > 5, f"too small: {n}"
check(10)
check(1)
