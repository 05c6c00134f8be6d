# select, poll, fcntl, resource, pwd and grp.
import fcntl
import grp
import os
import pwd
import resource
import select
import signal
import time


def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__, e)


r, w = os.pipe()
print(select.select([r], [w], [], 0) == ([], [w], []))
os.write(w, b"x")
print(select.select([r], [], [r]) == ([r], [], []))
os.read(r, 1)
start = time.monotonic()
print(select.select([r], [], [], 0.02), time.monotonic() - start >= 0.02)
signal.signal(signal.SIGALRM, lambda *args: os.write(w, b"y"))
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(select.select([r], [], [], 5) == ([r], [], []), os.read(r, 9))
for args in [(["x"], [], []), (1, [], []), ([], [], [], "x"), ([], [], [], -1), ([2000], [], [], 0), ([-1], [], [], 0)]:
    attempt(select.select, *args)

p = select.poll()
p.register(r, select.POLLIN)
print(p.poll(0), p.poll(5))
os.write(w, b"z")
print(p.poll() == [(r, select.POLLIN)])
p.modify(r, 0)
print(p.poll(0))
p.unregister(r)
attempt(p.unregister, 99)
attempt(p.modify, 99, 1)
attempt(p.register, "x")
attempt(p.register, 0, "x")
attempt(p.register, 0, -1)
attempt(p.register, 0, 1 << 20)
attempt(p.poll, "x")
attempt(p.poll, 1, 2)

print(fcntl.fcntl(r, fcntl.F_GETFD), fcntl.fcntl(r, fcntl.F_SETFD, 0), fcntl.fcntl(r, fcntl.F_GETFD))
buffer = bytearray(4)
print(fcntl.ioctl(r, 0x541B, buffer), buffer, fcntl.ioctl(r, 0x541B, bytes(4)))
name = f"/tmp/taipan-lock-{os.getpid()}"
with open(name, "w") as f, open(name, "w") as g:
    fcntl.flock(f, fcntl.LOCK_EX)
    attempt(fcntl.flock, g, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(f, fcntl.LOCK_UN)
    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(f, fcntl.LOCK_UN)
os.unlink(name)
attempt(fcntl.fcntl, 99, 1)
attempt(fcntl.fcntl, r, "x")
attempt(fcntl.fcntl, r, 1, "x" * 2000)
attempt(fcntl.fcntl, r, 1, 1.5)
attempt(fcntl.ioctl, r, 1, 1.5)
attempt(fcntl.lockf, r, 99)
attempt(fcntl.fcntl, -1, 1)

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.RLIM_INFINITY)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime >= 0, usage.ru_maxrss > 0, len(usage), resource.getpagesize() % 1024)
attempt(resource.getrlimit, 99)
attempt(resource.getrusage, 99)
attempt(resource.setrlimit, resource.RLIMIT_NOFILE, (hard, 5))

print(pwd.getpwuid(0).pw_name, pwd.getpwnam("root")[2:4], grp.getgrgid(0).gr_name, grp.getgrnam("root").gr_gid)
print(any(p.pw_name == "root" for p in pwd.getpwall()), any(g.gr_gid == 0 for g in grp.getgrall()))
for f, arg in [(pwd.getpwuid, 99999), (pwd.getpwnam, "zz"), (pwd.getpwnam, 1), (pwd.getpwuid, "x"), (pwd.getpwuid, -1),
               (pwd.getpwuid, 1 << 70), (pwd.getpwnam, "a\0"), (grp.getgrgid, 99999), (grp.getgrnam, "zz"),
               (grp.getgrnam, 1), (grp.getgrgid, "x")]:
    attempt(f, arg)
print(os.path.expanduser("~root"))
