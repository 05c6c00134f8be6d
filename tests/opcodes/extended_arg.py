# EXTENDED_ARG: more than 255 constants, names, locals, and long jumps.
src = "def big(n):\n" + "".join(f"    v{i} = n + {i * 1000 + 7}.5\n" for i in range(300)) + "    if n > 0:\n" + "".join(f"        v{i} += v{(i + 1) % 300}\n" for i in range(300)) + "    else:\n        v0 = -1\n    return v0, v299\n"
exec(src); print(big(1), big(-1))
exec("\n".join(f"g{i} = {i}" for i in range(400)) + "\ndef total(): return " + " + ".join(f"g{i}" for i in range(400))); print(total())
exec("def attrs(o):\n" + "".join(f"    o.a{i} = {i}\n" for i in range(300)) + "    return " + " + ".join(f"o.a{i}" for i in range(300)))
class O: pass
print(attrs(O()))
exec("def loop(n):\n    t = 0\n    for i in range(n):\n        if i % 2:\n" + "            t += i * 3 - 1\n" * 200 + "        else:\n" + "            t -= 1\n" * 100 + "    return t"); print(loop(10))
exec("def args(" + ", ".join(f"p{i}" for i in range(300)) + "): return p0 + p299"); print(args(*range(300)))
exec("lst = [" + ", ".join(str(i) for i in range(1000)) + "]"); print(len(lst), lst[999]); exec("dct = {" + ", ".join(f"{i}: {i + 1}" for i in range(500)) + "}"); print(dct[499])
exec("def tup(): return (" + ", ".join(f"x + {i}" for i in range(300)) + ")\nx = 1"); print(tup()[299])
