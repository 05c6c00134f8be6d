# print: sep, end, file, flush, and objects that show themselves.
print()
print(1, "two", 3.0, None, True, [1, "a"], {"k": (1,)}, sep="|")
print("a", "b", sep="", end="!\n")
print("x", end=""); print("y", flush=True)
print(*range(5), sep=", ")
class R:
    def __repr__(self): return "R!"
class S(R):
    def __str__(self): return "S!"
print(R(), S(), [R(), S()], {"s": S()}, (S(),))
import sys
print("out", file=sys.stdout)
class Sink:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
sink = Sink()
print("to", "sink", file=sink)
print(sink.parts)
print("é ü 漢字 🐍", "tab\tand\\", repr("q'\"\n\x00\x7fé"), ascii("é🐍"))
try: print(1, sep=5)
except TypeError as e: print(e)
try: print(1, nope=5)
except TypeError as e: print(e)
l = [1]; l.append(l); print(l)
d = {}; d["d"] = d; print(d)
sys.stdout.write("written\n")
