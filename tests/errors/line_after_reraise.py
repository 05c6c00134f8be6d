#: modes interpreted
# f_lineno of frames that an exception left through a handler's or a `with`'s clean-up.
class Noop:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


class Raises:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        1 / 0


def in_except():
    try:
        1 / 0
    except:
        1 / 0
        pass


def other_except():
    try:
        1 / 0
    except TypeError as ex:
        pass


def named_except():
    try:
        1 / 0
    except Exception as ex:
        1 / 0
        pass


def in_finally():
    try:
        1 / 0
    finally:
        pass


def after_with():
    with Noop():
        1 / 0
        pass


def exit_raises():
    with Raises():
        pass


for f in (in_except, other_except, named_except, in_finally, after_with, exit_raises):
    try:
        f()
    except Exception as ex:
        t = ex.__traceback__.tb_next
        while t:
            print(f.__name__, t.tb_lineno, t.tb_frame.f_lineno)
            t = t.tb_next
