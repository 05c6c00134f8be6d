#: stderr
#: exit 1
def make():
    try:
        1 / 0
    except ZeroDivisionError as e:
        return e
e = make()
raise ValueError("other").with_traceback(e.__traceback__)
