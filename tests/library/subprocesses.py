# Other programs through subprocess.
import os
import signal
import subprocess


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except BaseException as e:
        print(type(e).__name__, e)


print(subprocess.run(["echo", "a b", "c"], capture_output=True, text=True))
print(subprocess.check_output("echo $0; exit 0", shell=True))
attempt(subprocess.run, ["false"], check=True)
attempt(subprocess.check_output, "exit 3", shell=True)
attempt(subprocess.run, ["/nothing/here"])
attempt(subprocess.run, ["no-such-program-at-all"])
attempt(subprocess.run, ["true"], cwd="/nothing/here")
print(subprocess.run(["cat"], input=b"through a pipe", stdout=subprocess.PIPE).stdout)
print(subprocess.run(["tr", "a-z", "A-Z"], input="text\n" * 3, capture_output=True, text=True).stdout.split())
print(subprocess.run("echo out; echo err >&2", shell=True, capture_output=True))
print(subprocess.run("echo out; echo err >&2", shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
print(subprocess.run(["sh", "-c", "echo $VALUE; pwd"], env={"VALUE": "é"}, cwd="/", capture_output=True).stdout)
print(subprocess.run("exit 7", shell=True).returncode, subprocess.call(["true"]), subprocess.getoutput("echo x"))
print(subprocess.getstatusoutput("exit 2"))

p = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
p.stdin.write(b"line\n")
p.stdin.flush()
print(p.stdout.readline(), p.poll())
print(p.communicate(b"rest"), p.returncode, p.args)
p = subprocess.Popen(["sleep", "60"])
attempt(p.wait, timeout=0.02)
p.terminate()
print(p.wait(), p.returncode == -signal.SIGTERM)
p = subprocess.Popen(["sleep", "60"])
p.kill()
print(p.wait())
attempt(subprocess.run, ["sleep", "60"], timeout=0.02)
r, w = os.pipe()
print(subprocess.run(f"echo kept >&{w}", shell=True, pass_fds=[w]).returncode, os.read(r, 9))
print(subprocess.run(["true"], preexec_fn=lambda: os.write(w, b"pre")).returncode, os.read(r, 9))
attempt(subprocess.run, ["true"], preexec_fn=lambda: 1 / 0)
print(subprocess.run(["sh", "-c", "ps -o pgid= -p $$ > /dev/null; echo ok"], start_new_session=True, capture_output=True).stdout)
with subprocess.Popen(["echo", "x"], stdout=subprocess.PIPE, text=True) as p:
    print(p.stdout.read(), end="")
print(p.returncode)
print(os.popen("echo popen").read(), end="")
a = subprocess.Popen(["echo", "one two"], stdout=subprocess.PIPE)
b = subprocess.Popen(["wc", "-w"], stdin=a.stdout, stdout=subprocess.PIPE)
a.stdout.close()
print(b.communicate()[0].strip(), a.wait())
