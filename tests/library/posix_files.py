# Files, directories and descriptors through os.
import os
import stat


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, repr(f(*args, **kwargs)))
    except BaseException as e:
        print(f.__name__, type(e).__name__, e)


base = f"/tmp/taipan-posix-{os.getpid()}"
os.mkdir(base)
os.chdir(base)
print(os.getcwd() == base, os.getcwdb() == base.encode())

os.makedirs("a/b/c")
os.makedirs("a/b/c", exist_ok=True)
attempt(os.mkdir, "a")
attempt(os.rmdir, "a")
attempt(os.rmdir, "nothing")
fd = os.open("a/file", os.O_CREAT | os.O_RDWR, 0o640)
print(os.write(fd, b"hello world"), os.lseek(fd, 6, os.SEEK_SET), os.read(fd, 100))
print(os.pread(fd, 3, 1), os.pwrite(fd, b"J", 0), os.fstat(fd).st_size)
os.ftruncate(fd, 5)
buffer = bytearray(10)
os.lseek(fd, 0, 0)
print(os.readinto(fd, buffer), buffer, os.get_inheritable(fd), os.get_blocking(fd))
copy = os.dup(fd)
os.set_inheritable(copy, True)
print(os.get_inheritable(copy), os.isatty(copy))
os.close(copy)
os.close(fd)
attempt(os.close, fd)
attempt(os.read, fd, 1)

st = os.stat("a/file")
print(stat.filemode(st.st_mode & ~0o177 | 0o600), st.st_size, st.st_nlink, type(st.st_mtime), type(st.st_mtime_ns))
os.utime("a/file", (1, 2.5))
st = os.stat("a/file")
print(st.st_atime, st.st_mtime, st[7], st[8], st.st_mtime_ns, len(st), st.n_fields)
os.utime("a/file", ns=(10**9 + 1, 7))
print(os.stat("a/file").st_atime_ns, os.stat("a/file").st_mtime_ns)
os.chmod("a/file", 0o600)
print(oct(os.stat("a/file").st_mode), os.access("a/file", os.R_OK), os.access("a/x", os.F_OK))
os.truncate("a/file", 2)

os.symlink("file", "a/link")
os.link("a/file", "a/hard")
print(os.readlink("a/link"), os.readlink(b"a/link"), os.path.islink("a/link"), os.path.samefile("a/link", "a/hard"))
print(os.stat("a/link").st_size, os.lstat("a/link").st_size, os.stat("a/link", follow_symlinks=False).st_size)
os.rename("a/hard", "a/harder")
os.replace("a/harder", "a/hard")
attempt(os.rename, "a/none", "a/other")
attempt(os.symlink, "x", "a/link")
attempt(os.link, "a/none", "y")
attempt(os.readlink, "a/file")

print(sorted(os.listdir("a")), sorted(os.listdir(b"a")))
with os.scandir("a") as entries:
    for e in sorted(entries, key=lambda e: e.name):
        print(e, e.path, e.is_dir(), e.is_file(), e.is_symlink(), e.is_file(follow_symlinks=False), e.stat().st_size > 0)
        assert e.inode() == os.lstat(e.path).st_ino and os.fspath(e) == e.path
d = os.open("a", os.O_RDONLY)
print(sorted(os.listdir(d)), os.stat("file", dir_fd=d).st_size, sorted(e.path for e in os.scandir(d)))
os.mkdir("by_fd", dir_fd=d)
os.unlink("hard", dir_fd=d)
os.close(d)
for root, dirs, files in os.walk("."):
    dirs.sort()
    print(root, dirs, sorted(files))
for root, dirs, files, fd in os.fwalk("a"):
    print(root, sorted(dirs), sorted(files))

r, w = os.pipe()
print(os.write(w, b"through"), os.read(r, 3), os.writev(w, [b"ab", b"c"]), os.read(r, 99))
os.close(w)
print(os.read(r, 5))
os.close(r)
print(os.path.exists(os.devnull), os.path.getsize("a/file"), os.path.realpath("a/link") == base + "/a/file")
with open("abandoned", "w") as f:
    f.write("text")
print(os.path.getsize("abandoned"), os.stat("/").st_ino == os.stat(b"/").st_ino)
os.remove("abandoned")
attempt(os.remove, "abandoned")

attempt(os.stat, 1.5)
attempt(os.stat, "a\0")
attempt(os.stat)
attempt(os.stat, "a", 1)
attempt(os.stat, "a", dir_fd="x")
attempt(os.stat, 1, dir_fd=3)
attempt(os.stat, 1 << 80)
attempt(os.mkdir, 1)
attempt(os.listdir, 1.5)
attempt(os.listdir, "nothing")
attempt(os.utime, "a", (1, 2), ns=(1, 2))
attempt(os.utime, "a", 1)
attempt(os.open, "nothing", 0)
attempt(os.fsync, "x")
attempt(os.fsync, -1)
attempt(os.getcwd, 1)
attempt(os.DirEntry)
print(os.stat_result(range(10)).st_mtime, os.stat_result(range(10)))

os.chdir("/")
for root, dirs, files in os.walk(base, topdown=False):
    for name in files:
        os.remove(os.path.join(root, name))
    for name in dirs:
        os.rmdir(os.path.join(root, name))
os.rmdir(base)
print(os.path.exists(base))
