# A bytearray can change its size as soon as no view of it is in use.
def take(buffer, n):
    data = bytes(memoryview(buffer)[:n])
    del buffer[:n]
    return data


def attempt(f):
    try:
        return f()
    except BufferError as e:
        return f"{type(e).__name__}: {e}"


buffer = bytearray(b"abcdefgh")
while buffer:
    print(take(buffer, 3), buffer)
buffer += b"xyz"
view = memoryview(buffer)
print(attempt(lambda: buffer.extend(b"1")), buffer)
print(attempt(buffer.clear), attempt(lambda: buffer.append(1)))
buffer[0] = 65
print(view[0], bytes(view[::-1]))
view.release()
print(attempt(lambda: buffer.append(66)), buffer)
with memoryview(buffer) as view:
    print(attempt(buffer.pop), view.nbytes)
print(attempt(buffer.pop), buffer)
