#: stderr
import traceback, sys
def f(): g()
def g(): raise ValueError("formatted")
try: f()
except ValueError as e:
    traceback.print_exc(file=sys.stdout)
    print(traceback.format_exception_only(e))
    print([(s.name, s.lineno, s.line) for s in traceback.extract_tb(e.__traceback__)])
    print("".join(traceback.format_exception(e)), end="")
    tb = e.__traceback__
    while tb:
        print(tb.tb_lineno, tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
