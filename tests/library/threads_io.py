import threading, os, tempfile, signal, time, sys
path = tempfile.mktemp()
def many(out, tag):
    for i in range(3000):
        out.write(f"{tag}-{i:05d}-" + "x" * 40 + "\n")
with open(path, "w") as out:
    ts = [threading.Thread(target=many, args=(out, k)) for k in "abcd"]
    [t.start() for t in ts]; [t.join() for t in ts]
lines = open(path).read().split("\n")
print(len(lines), len(set(lines)), all(len(l) == 48 for l in lines[:-1]))
with open(path, "wb") as out:
    def manyb(tag):
        for i in range(3000):
            out.write(b"%s-%05d-" % (tag, i) + b"y" * 40 + b"\n")
    ts = [threading.Thread(target=manyb, args=(k,)) for k in (b"a", b"b", b"c")]
    [t.start() for t in ts]; [t.join() for t in ts]
lines = open(path, "rb").read().split(b"\n")
print(len(lines), len(set(lines)), all(len(l) == 48 for l in lines[:-1]))
os.unlink(path)
# pipe
r, w = os.pipe()
got = []
def reader():
    with os.fdopen(r, "rb") as f:
        for line in f:
            got.append(line)
t = threading.Thread(target=reader); t.start()
with os.fdopen(w, "wb", buffering=0) as f:
    for i in range(1000):
        f.write(b"%d\n" % i)
t.join()
print(len(got), got[-1])
# signals reach the main thread while it waits and while others compute
seen = []
signal.signal(signal.SIGALRM, lambda n, f: seen.append(threading.current_thread().name))
stop = False
def spin():
    n = 0
    while not stop:
        n += 1
t = threading.Thread(target=spin); t.start()
signal.setitimer(signal.ITIMER_REAL, 0.05)
lock = threading.Lock(); lock.acquire()
print(lock.acquire(timeout=0.5), seen)
signal.setitimer(signal.ITIMER_REAL, 0.05)
end = time.time() + 0.2
while time.time() < end: pass
stop = True
t.join()
print(seen)
def alarm(n, f): raise TimeoutError("alarm")
signal.signal(signal.SIGALRM, alarm)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    lock.acquire()
except TimeoutError as e:
    print("interrupted", e)
# fork from a thread
import warnings
def child():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pid = os.fork()
        if pid == 0:
            print("child", threading.active_count(), threading.current_thread() is threading.main_thread(), flush=True)
            os._exit(0)
    os.waitpid(pid, 0)
    print([str(w.message).replace(str(os.getpid()), "PID") for w in caught])
sys.stdout.flush()
t = threading.Thread(target=child); t.start(); t.join()
import subprocess
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as ex:
    print(list(ex.map(lambda n: subprocess.run(["sh", "-c", f"exit {n}"]).returncode, range(6))))
