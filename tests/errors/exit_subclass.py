#: stderr
#: exit 4
class Quit(SystemExit): pass
raise Quit(4)
