# Exception tables become edges to handler blocks.
def parse(text):
    try:
        value = int(text)
    except ValueError:
        value = -1
    finally:
        text = None
    return value


def first(path):
    with open(path) as file:
        return file.readline()
