# The process, its environment and its children through os.
import os
import sys


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, repr(f(*args, **kwargs)))
    except BaseException as e:
        print(f.__name__, type(e).__name__, e)


os.environ["TAIPAN_A"] = "é\udc80"
print(os.getenv("TAIPAN_A") == "é\udc80", os.environb[b"TAIPAN_A"], "TAIPAN_A" in os.environ)
sys.stdout.flush()
print(os.system("test \"$TAIPAN_A\" && exit 3") >> 8)
del os.environ["TAIPAN_A"]
attempt(os.putenv, "a=", "b")
attempt(os.putenv, 1, "b")
attempt(os.unsetenv, "a=")
print(os.fsencode("\udc80é"), os.fsdecode(b"\x80\xc3\xa9") == "\udc80é")

for code in [0, 3]:
    pid = os.fork()
    if pid == 0:
        os._exit(code)
    done, status = os.waitpid(pid, 0)
    print(done == pid, os.WIFEXITED(status), os.WEXITSTATUS(status), os.waitstatus_to_exitcode(status))
pid = os.fork()
if pid == 0:
    os.kill(os.getpid(), 9)
done, status, usage = os.wait4(pid, 0)
print(os.WIFSIGNALED(status), os.WTERMSIG(status), os.waitstatus_to_exitcode(status), usage.ru_utime >= 0)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.dup2(w, 1)
    os.execve("/bin/sh", ["sh", "-c", "echo $X"], {"X": "env"})
os.close(w)
print(os.read(r, 100), os.wait()[0] == pid)
attempt(os.waitpid, -1, 0)
attempt(os.execv, "/nothing", ["a"])
attempt(os.execv, "/nothing", [])
attempt(os.execv, "/nothing", 3)
attempt(os.execve, "/nothing", ["a"], 3)
attempt(os.execve, "/nothing", ["a"], {"a=": "b"})

hooks = []
os.register_at_fork(before=lambda: hooks.append("before"), after_in_parent=lambda: hooks.append("parent"))
pid = os.fork()
if pid == 0:
    os._exit(len(hooks))
print(os.WEXITSTATUS(os.wait()[1]), hooks)
attempt(os.register_at_fork)
attempt(os.register_at_fork, before=1)

print(os.getppid() > 0, os.getuid() == os.geteuid(), os.getgid() in os.getresgid(), os.getpgrp() == os.getpgid(0))
print(os.cpu_count() > 0, os.process_cpu_count() > 0, len(os.sched_getaffinity(0)) > 0)
print(os.uname().sysname, len(os.uname()))
print(len(os.urandom(7)), os.urandom(9) != os.urandom(9), len(os.getrandom(3)))
print(os.strerror(2), os.sysconf("SC_PAGESIZE") % 1024, os.times().user >= 0, os.umask(os.umask(0o22)) >= 0)
attempt(os.urandom, -1)
attempt(os.sysconf, "xx")
attempt(os.sysconf, 1.5)
attempt(os.strerror, "x")
attempt(os.kill, 1)
attempt(os.setuid, "x")
attempt(os.chown, "/nothing", -2, 1)
attempt(os.chown, "/nothing", 1 << 80, 1)
attempt(os.get_terminal_size, 99)
attempt(os.waitstatus_to_exitcode, 0x137F)
print(os.terminal_size((80, 24)), os.terminal_size((80, 24)).columns)
print(os.makedev(1, 2), os.major(258), os.minor(258))
print(os.path.normpath("/a/./b//../c/"), os.path.normpath(b"../a/.."), os.path.normpath(""))
print(os.path.splitroot("//a/b"), os.path.splitroot("///a"), os.path.splitroot("a"))
attempt(os.path.normpath, 1)
attempt(os.fspath, 1)
