# Threads: start, join, locks, conditions, queues, locals, exceptions, executors.
import threading, queue, time, sys, _thread

def counter():
    total = 0
    lock = threading.Lock()
    def add(n):
        nonlocal total
        for _ in range(n):
            with lock:
                total += 1
    threads = [threading.Thread(target=add, args=(1000,)) for _ in range(8)]
    for t in threads: t.start()
    for t in threads: t.join()
    print("counter", total)

def producer_consumer():
    q = queue.Queue(maxsize=3)
    out = []
    def produce():
        for i in range(20):
            q.put(i)
        q.put(None)
    def consume():
        while (item := q.get()) is not None:
            out.append(item * item)
    a, b = threading.Thread(target=produce), threading.Thread(target=consume)
    a.start(); b.start(); a.join(); b.join()
    print(out)

class Local(threading.local):
    made = 0
    def __init__(self, start):
        self.value = start

def locals_():
    plain = threading.local()
    plain.x = "main"
    mine = Local(10)
    mine.value += 1
    seen = []
    def look():
        seen.append((hasattr(plain, "x"), mine.value))
        plain.x = "other"
        mine.value = 99
        seen.append((plain.x, mine.value, sorted(plain.__dict__)))
    t = threading.Thread(target=look); t.start(); t.join()
    print(seen, plain.x, mine.value)
    try:
        threading.local(1)
    except TypeError as e:
        print(e)

def events():
    event, ready = threading.Event(), threading.Event()
    log = []
    def wait():
        ready.set()
        log.append(event.wait(5))
    t = threading.Thread(target=wait, name="waiter"); t.start()
    ready.wait(); event.set(); t.join()
    print(log, t.name, t.is_alive(), event.wait(0), threading.Event().wait(0.01))
    cond = threading.Condition()
    turns = []
    def ping(me, other):
        for _ in range(5):
            with cond:
                cond.wait_for(lambda: len(turns) % 2 == me)
                turns.append(me); cond.notify_all()
    ts = [threading.Thread(target=ping, args=(i, 1 - i)) for i in range(2)]
    [t.start() for t in ts]; [t.join() for t in ts]
    print(turns)
    barrier = threading.Barrier(3)
    got = []
    def meet():
        barrier.wait(); got.append(1)
    ts = [threading.Thread(target=meet) for _ in range(3)]
    [t.start() for t in ts]; [t.join() for t in ts]
    print(len(got), barrier.n_waiting)
    sem = threading.BoundedSemaphore(2)
    with sem, sem:
        print(sem.acquire(blocking=False))
    try:
        sem.release()
    except ValueError as e:
        print(e)

def errors():
    def hook(args):
        print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)
    old = threading.excepthook
    threading.excepthook = hook
    t = threading.Thread(target=lambda: 1 / 0, name="bad"); t.start(); t.join()
    threading.excepthook = old
    t = threading.Thread(target=sys.exit, args=(3,)); t.start(); t.join()
    for f in (lambda: threading.Thread(target=print).join(), lambda: threading.current_thread().join(),
              lambda: (t.start()), lambda: _thread.start_new_thread(1, ()), lambda: _thread.start_new_thread(print, 1),
              lambda: threading.Lock().release(), lambda: threading.RLock().release(), lambda: threading.Lock().acquire(False, 1),
              lambda: threading.Lock().acquire(True, -2)):
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)

def raw():
    done = _thread.allocate_lock()
    done.acquire()
    def go(a, b=0):
        print("raw", a, b, _thread.get_ident() != threading.main_thread().ident)
        done.release()
    ident = _thread.start_new_thread(go, (1,), {"b": 2})
    done.acquire()
    print(isinstance(ident, int), done.locked(), done.acquire(timeout=0.01))

def pool():
    from concurrent.futures import ThreadPoolExecutor, as_completed
    def work(n):
        if n == 5:
            raise ValueError("five")
        return sum(i * i for i in range(n))
    with ThreadPoolExecutor(4) as ex:
        print(list(ex.map(work, range(5))))
        futures = {ex.submit(work, n): n for n in range(8)}
        for f in sorted(as_completed(futures), key=futures.get):
            print(futures[f], f.exception() or f.result())

def timer():
    fired = []
    t = threading.Timer(0.01, fired.append, ("x",)); t.start(); t.join()
    u = threading.Timer(10, print); u.start(); u.cancel(); u.join()
    print(fired)

def deep():
    def f(n):
        return 0 if n == 0 else 1 + f(n - 1)
    out = []
    def run():
        out.append(f(900))
        try:
            f(2000)
        except RecursionError as e:
            out.append(str(e))
    t = threading.Thread(target=run); t.start(); t.join()
    print(out)

def garbage():
    # allocation and collection in all threads at once
    import gc
    results = [0] * 4
    def make(k):
        keep = []
        for i in range(20000):
            keep.append({"k": [i, str(i)], "f": i * 0.5})
            if len(keep) > 500:
                keep = keep[250:]
            if i % 7000 == 0:
                gc.collect()
        results[k] = sum(d["k"][0] for d in keep)
    ts = [threading.Thread(target=make, args=(k,)) for k in range(4)]
    [t.start() for t in ts]; [t.join() for t in ts]
    print(results)

def generators():
    def gen():
        for i in range(1000):
            yield i
    g = gen()
    lock = threading.Lock()
    total = []
    def pull():
        while True:
            with lock:
                v = next(g, None)
            if v is None:
                return
            total.append(v)
    ts = [threading.Thread(target=pull) for _ in range(4)]
    [t.start() for t in ts]; [t.join() for t in ts]
    print(sorted(total) == list(range(1000)))

if __name__ == "__main__":
    for f in (counter, producer_consumer, locals_, events, errors, raw, pool, timer, deep, garbage, generators):
        print("--", f.__name__)
        f()
    print(threading.active_count(), threading.current_thread().name, threading.main_thread() is threading.current_thread())
    late = threading.Thread(target=lambda: (time.sleep(0.05), print("late thread")))
    late.start()
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    import atexit
    atexit.register(print, "atexit")
    print("main ends")
    import sys
    gate, entered = threading.Lock(), threading.Event()
    def deep_wait():
        entered.set()
        with gate:
            pass
    with gate:
        t = threading.Thread(target=deep_wait); t.start(); entered.wait()
        while "deep_wait" not in (names := []):
            f = sys._current_frames()[t.ident]
            while f:
                names.append(f.f_code.co_name); f = f.f_back
            if "deep_wait" in names:
                break
        print([n for n in names if not n.startswith("_") and n in ("deep_wait", "run")], len(sys._current_frames()) >= 2)
    t.join()
