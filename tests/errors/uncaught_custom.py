#: stderr
#: exit 1
class AppError(Exception):
    def __str__(self):
        return "app failed"
def outer():
    inner()
def inner():
    raise AppError
outer()
