#: stderr
#: exit 1
def g():
    yield 1
    raise ValueError("in generator")
def run():
    for x in g():
        print(x)
run()
