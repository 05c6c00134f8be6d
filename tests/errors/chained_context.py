#: stderr
#: exit 1
def load():
    try:
        1 / 0
    except ZeroDivisionError:
        undefined_name
load()
