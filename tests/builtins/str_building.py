# Building strings in loops.
s = ""
for i in range(1000):
    s += str(i % 10)
print(len(s), s[-5:], s.count("7"))
parts = []
for i in range(1000):
    parts.append(f"{i:03d}")
t = "".join(parts)
print(len(t), t[:12], hash(t) == hash("".join(parts)))
u = t.replace("0", "").replace("1", "é").upper()
print(len(u), u[:10], u.encode()[:10])
import io
b = io.StringIO()
for i in range(5):
    b.write(f"line {i}\n")
print(b.getvalue().splitlines(), b.tell())
words = ("the quick brown fox jumps over the lazy dog " * 50).split()
counts = {}
for w in words:
    counts[w] = counts.get(w, 0) + 1
print(sorted(counts.items(), key=lambda p: (-p[1], p[0])))
print(" ".join(w[::-1] for w in words[:9]), "".join(sorted(set("".join(words)))))
def caesar(text, k):
    out = []
    for c in text:
        if c.isalpha():
            base = ord("a") if c.islower() else ord("A")
            c = chr((ord(c) - base + k) % 26 + base)
        out.append(c)
    return "".join(out)
print(caesar("Hello, World!", 3), caesar(caesar("Hello, World!", 3), -3))
w = "x"
for i in range(12):
    w = w + w
print(len(w), w == "x" * 4096, w is w)
#: stress
