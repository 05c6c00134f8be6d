# Streams made without __init__: every method says so at once.
import io
for made in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom):
    stream = made.__new__(made)
    for method, args in (("tell", ()), ("read", ()), ("write", (b"x",)), ("flush", ()), ("seek", (0,)), ("peek", ()), ("truncate", ())):
        if not hasattr(made, method):
            continue
        try:
            print(made.__name__, method, getattr(stream, method)(*args))
        except Exception as e:
            print(made.__name__, method, type(e).__name__, e)
