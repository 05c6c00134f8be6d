#: stderr
#: exit 1
def f():
    try:
        raise ValueError("first")
    finally:
        [].pop()
f()
