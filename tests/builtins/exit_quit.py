# exit and quit: what site adds.
print(exit, repr(quit), exit.name, quit.eof, type(exit).__name__, type(exit).__module__)
for f, args in ((exit, ()), (quit, (3,)), (exit, ("text",))):
    try: f(*args)
    except SystemExit as e: print(repr(e), e.code)
