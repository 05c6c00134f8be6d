# sys.monitoring and the other functions for debuggers; named tuples of the interpreter.
import bdb, doctest, pdb  # they need sys.monitoring
import copy
import os
import sys
import time
import warnings


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


m = sys.monitoring
print(m, m.events, m.DEBUGGER_ID, m.COVERAGE_ID, m.PROFILER_ID, m.OPTIMIZER_ID)
for call in (
    (m.use_tool_id, 9, "x"), (m.use_tool_id, 1, 3), (m.use_tool_id, 1, "a"), (m.use_tool_id, 1, "b"),
    (m.get_tool, 1), (m.get_tool, 8), (m.set_events, 1, 4), (m.get_events, 1), (m.set_events, 2, 4), (m.get_events, 2),
    (m.register_callback, 1, 8, print), (m.register_callback, 1, 8, None), (m.register_callback, 1, 3, None),
    (m.register_callback, 1, 1 << 25, None), (m.set_events, 1, -1), (m.set_events, 1, 1 << 30),
    (m.set_events, 1, m.events.C_RAISE), (m.set_events, 1, m.events.CALL | m.events.C_RAISE | m.events.C_RETURN),
    (m.get_events, 1), (m.get_local_events, 1, 3), (m.restart_events,), (m.clear_tool_id, 1), (m.get_tool, 1),
    (m.free_tool_id, 1), (m.get_tool, 1), (m.free_tool_id, 1), (m._all_events,),
):
    attempt(*call)

attempt(sys.call_tracing, len, ([1],))
attempt(sys.call_tracing, type, 2)
attempt(sys.setswitchinterval, "a")
attempt(sys.setswitchinterval, 0)
sys.setswitchinterval(0.25)
print(sys.getswitchinterval())
print(list(sys._current_exceptions().values()))
try:
    1 / 0
except ZeroDivisionError:
    print([type(e) for e in sys._current_exceptions().values()])
attempt(sys.set_coroutine_origin_tracking_depth, -1)
sys.set_coroutine_origin_tracking_depth(3)
print(sys.get_coroutine_origin_tracking_depth(), sys.get_asyncgen_hooks(), len(sys.flags))

os.environ["PYTHONBREAKPOINT"] = "0"
print(breakpoint())
os.environ["PYTHONBREAKPOINT"] = "int"
print(breakpoint("7"))
os.environ["PYTHONBREAKPOINT"] = "os.path.join"
print(breakpoint("a", "b"))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for name in ("no_such_thing", "os.no_such", "no.such.module", "."):
        os.environ["PYTHONBREAKPOINT"] = name
        print(breakpoint())
for w in caught:
    print(w.category.__name__, w.message)

# Hooks that get odd things.
sys.stderr = sys.stdout
sys.excepthook(1, "1", 1)
sys.excepthook(None, None, None)
out = sys.stdout
sys.displayhook(None)
sys.displayhook(42)
sys.stdout = None
try:
    sys.displayhook(43)
except RuntimeError as e:
    error = e
sys.stdout = out
print(repr(error))

T = time.struct_time
print(T.tm_year, T.tm_zone)
attempt(T, range(9), {"tm_zone": "x", "foo": 1})
attempt(T, range(9), {"tm_year": 1})
attempt(T, range(11), {"tm_zone": 1})
attempt(setattr, T(range(9)), "tm_zone", 1)
attempt(copy.replace, T(range(9)), zzz=3, tm_zon="q")
attempt(os.stat_result, range(10), {"st_ino": 1})
