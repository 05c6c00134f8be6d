# Clocks go on; broken-down times; formats; messages of wrong arguments.
import os
os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
import time

time.tzset()


def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__, e)


print(time.tzname, time.timezone, time.altzone, time.daylight)
for name in ["time", "monotonic", "perf_counter", "process_time", "thread_time"]:
    a, b = getattr(time, name)(), getattr(time, name)()
    na, nb = getattr(time, name + "_ns")(), getattr(time, name + "_ns")()
    print(name, type(a), type(na), a <= b, na <= nb, abs(na / 1e9 - a) < 1)
    attempt(time.get_clock_info, name)
attempt(time.get_clock_info, "x")
attempt(time.get_clock_info, 1)

start = time.monotonic()
time.sleep(0.02)
print(time.monotonic() - start >= 0.02)
for wrong in [-1, "x", float("nan"), 1e30, None]:
    attempt(time.sleep, wrong)

print(time.gmtime(0))
print(time.localtime(1_000_000_000))
print(time.localtime(1_000_000_000).tm_zone, time.localtime(0).tm_gmtoff)
print(time.gmtime(-1.5)[:6], time.gmtime(0).tm_zone)
for wrong in [1e30, "x", 1e18, 1 << 70, float("nan")]:
    attempt(time.gmtime, wrong)
print(time.mktime(time.localtime(1_700_000_000)), time.mktime((2000, 1, 1, 0, 0, 0, 0, 0, -1)))
for wrong in [(1, 2), 1, (1 << 40,) * 9]:
    attempt(time.mktime, wrong)

t = time.gmtime(86400 * 200 + 4000)
print(time.strftime("%Y-%m-%d %H:%M:%S %j %a %A %b %B %p %y %U %W %w %% %Z %z %c", t))
print(repr(time.strftime("é%Y\0x%", t)), time.strftime("", t) == "", time.strftime("x" * 3000 + "%d", t)[-4:])
print(len(time.strftime("%Y")))
good = (2000, 12, 1, 5, 9, 9, 0, 1, 0)
for i, wrong in [(1, 13), (2, 32), (3, 24), (4, 60), (5, 62), (6, -2), (7, 367), (8, 5)]:
    attempt(time.strftime, "%d", good[:i] + (wrong,) + good[i + 1:])
attempt(time.strftime, 1)
attempt(time.strftime, "%d", (1, 2))
print(time.strftime("%m %d %j", (0,) * 9))

attempt(time.asctime, time.gmtime(0))
attempt(time.asctime, (99999, 1, 1, 0, 0, 0, 0, 0, 0))
attempt(time.asctime, (1, 2))
attempt(time.asctime, 3)
attempt(time.ctime, 0)
attempt(time.ctime, "x")

attempt(time.clock_gettime, 99)
attempt(time.clock_gettime, "x")
attempt(time.clock_getres, time.CLOCK_MONOTONIC)
print(time.clock_gettime_ns(time.CLOCK_REALTIME) // 10**10 - time.time_ns() // 10**10 in (0, -1))

s = time.struct_time(range(11))
print(s, s.tm_zone, s.tm_gmtoff, s.n_fields, s.n_sequence_fields, len(s))
attempt(time.struct_time, (1, 2))
print(time.struct_time.__match_args__)
attempt(time.time, 1)
attempt(time.sleep)
attempt(time.gmtime, 1, 2)
attempt(time.strftime)
attempt(time.asctime, 1, 2)
