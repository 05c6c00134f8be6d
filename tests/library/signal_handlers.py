# Handlers run between lines; what waits is interrupted; timers; masks; messages.
import os
import signal
import time


def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__, e)


seen = []
attempt(signal.getsignal, signal.SIGINT)
attempt(signal.getsignal, signal.SIGUSR1)
attempt(signal.signal, signal.SIGUSR1, lambda number, frame: seen.append((number, frame.f_code.co_name)))
os.kill(os.getpid(), signal.SIGUSR1)
print(seen)


def inner():
    signal.raise_signal(signal.SIGUSR1)


inner()
print(seen)


def raising(number, frame):
    raise LookupError(number)


signal.signal(signal.SIGALRM, raising)
signal.setitimer(signal.ITIMER_REAL, 0.02)
start = time.monotonic()
attempt(time.sleep, 5)
print(time.monotonic() - start < 2)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    while True:
        pass
except LookupError as e:
    print("loop interrupted", e)
signal.signal(signal.SIGALRM, lambda *args: seen.append("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.02)
time.sleep(0.05)
print(seen[-1])
signal.setitimer(signal.ITIMER_REAL, 0.02)
signal.pause()
print(seen.count("alarm"), signal.alarm(100), signal.alarm(0))
r, w = os.pipe()
signal.setitimer(signal.ITIMER_REAL, 0.02)
signal.signal(signal.SIGALRM, lambda *args: os.write(w, b"from handler"))
print(os.read(r, 100))
attempt(signal.raise_signal, signal.SIGINT)
print(signal.signal(signal.SIGINT, signal.SIG_IGN) is signal.default_int_handler)
signal.raise_signal(signal.SIGINT)
signal.signal(signal.SIGINT, signal.SIG_DFL)
print(signal.getsignal(signal.SIGINT))
signal.signal(signal.SIGINT, signal.default_int_handler)

old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print(old, signal.pthread_sigmask(signal.SIG_BLOCK, []))
count = len(seen)
signal.raise_signal(signal.SIGUSR1)
print(len(seen) == count, signal.sigpending())
print(signal.sigwait([signal.SIGUSR1]), signal.sigtimedwait([signal.SIGUSR1], 0))
signal.raise_signal(signal.SIGUSR1)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
print(len(seen) == count + 1)

os.set_blocking(w, False)
print(signal.set_wakeup_fd(w), signal.set_wakeup_fd(w) == w)
signal.raise_signal(signal.SIGUSR1)
print(os.read(r, 100), signal.set_wakeup_fd(-1) == w)

attempt(signal.strsignal, signal.SIGTERM)
attempt(signal.strsignal, 33)
attempt(signal.signal, 0, 1)
attempt(signal.signal, 99, 1)
attempt(signal.signal, 10, "x")
attempt(signal.signal, "x", 1)
attempt(signal.signal, signal.SIGKILL, 0)
attempt(signal.getsignal, 99)
attempt(signal.set_wakeup_fd, 99)
attempt(signal.setitimer, 9, 1)
attempt(signal.pthread_sigmask, 0, [99])
attempt(signal.default_int_handler)
attempt(signal.sigtimedwait, [2], -1)
print(len(signal.valid_signals()), signal.SIGINT, signal.Signals(15), signal.NSIG)
pid = os.fork()
if pid == 0:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.raise_signal(signal.SIGTERM)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
