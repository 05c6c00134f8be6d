#: stderr
#: exit 1
saved = None
try:
    1 / 0
except ZeroDivisionError as e:
    saved = e
raise saved
