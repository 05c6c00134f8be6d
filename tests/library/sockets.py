import errno
import os
import select
import socket
import tempfile


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def wait(sock, write=False):
    ready = select.select([] if write else [sock], [sock] if write else [], [], 5)
    assert ready[write] == [sock]


print("pair")
a, b = socket.socketpair()
print(a.family, a.type, a.proto, type(a).__name__, a.getsockname() == "")
print(a.send(b"hello"), b.recv(3), b.recv(10, socket.MSG_PEEK), b.recv(10))
a.setblocking(False)
print(attempt(a.recv, 1), a.gettimeout(), a.getblocking())
b.settimeout(0.02)
print(attempt(b.recv, 1), b.gettimeout(), b.timeout)
try:
    b.recv(1)
except TimeoutError as e:
    print(e.args, e.errno, socket.timeout is TimeoutError)
print(a.sendall(b"abcdefgh"))
room = bytearray(6)
print(b.recv_into(room), room, b.recv_into(memoryview(room)[2:], 1), room)
print(b.recv_into(room, 0, socket.MSG_PEEK), room)
print(b.recvfrom(10))
sent = 0
try:
    while True:
        sent += a.send(bytes(65536))
except BlockingIOError as e:
    print(sent > 0, e.errno == errno.EAGAIN)
while sent:
    sent -= len(b.recv(65536))
b.settimeout(None)
print(b.gettimeout(), a.shutdown(socket.SHUT_WR), b.recv(10), attempt(a.send, b"x"))
print(attempt(b.settimeout, -1), attempt(b.settimeout, "x"), attempt(b.recv, -1))
print(attempt(b.recv_into, bytearray(1), 2), attempt(b.recv_into, b"x"), attempt(b.send, "x"))
with b.makefile("wb") as stream:
    stream.write(b"line\nnext")
with a.makefile("r") as stream:
    print(stream.readline())
c = b.dup()
fd = b.detach()
print(b, b.fileno(), attempt(b.recv, 1), fd >= 0)
d = socket.socket(fileno=fd)
print(d.family, d.type, d.proto, attempt(socket.socket, fileno=-1))
for s in a, b, c, d:
    s.close()
print(a, attempt(a.fileno), attempt(a.send, b"x"))

print("tcp")
with socket.socket() as server, socket.socket() as client:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    print(server.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), server.getsockname())
    print(server.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, 4))
    server.bind(("localhost", 0))
    host, port = server.getsockname()
    print(host, port > 0, attempt(client.connect, (host, port)))
    print(attempt(client.getpeername))
    print(client.connect_ex((host, port)) == errno.ECONNREFUSED)
    server.listen()
    server.setblocking(False)
    print(attempt(server.accept))
    client.setblocking(False)
    print(client.connect_ex((host, port)) in (0, errno.EINPROGRESS))
    wait(server)
    peer, address = server.accept()
    wait(client, write=True)
    with peer:
        print(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), address == client.getsockname())
        print(client.getpeername() == (host, port), peer.gettimeout(), peer.family, peer.type)
        print(peer.send(b"data"))
        wait(client)
        print(client.recv(100))
    wait(client)
    print(client.recv(100))
    with socket.create_connection((host, port), timeout=5) as other:
        print(other.gettimeout(), other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True))

print("udp")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as two:
    one.bind(("127.0.0.1", 0))
    print(two.sendto(b"datagram", one.getsockname()), one.recvfrom(100)[0])
    print(two.sendto(b"more", 0, one.getsockname()), one.recvfrom_into(room)[0], room)
    print(attempt(two.sendto, b"x"), attempt(two.sendto, b"x", 1), attempt(two.bind, ("", 70000)))
    print(attempt(two.bind, ("", 1, 2)), attempt(two.bind, (1, 2)))

print("unix")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        print(attempt(client.connect, path), attempt(client.bind, "x" * 200), attempt(client.bind, 1))
        server.bind(path)
        server.listen(1)
        print(server.getsockname() == path, client.connect(path), client.getpeername() == path)
        peer, address = server.accept()
        print(repr(address), peer.send(b"1"), client.recv(2))
        peer.close()

print("names")
print(socket.inet_aton("127.1"), socket.inet_ntoa(b"\1\2\3\4"), attempt(socket.inet_aton, "x"))
print(socket.inet_pton(socket.AF_INET6, "::1"), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\2"))
print(attempt(socket.inet_ntop, socket.AF_INET, b"x"), attempt(socket.inet_pton, 99, "x"))
print(socket.htons(1), socket.ntohl(1), attempt(socket.htons, -1), attempt(socket.htons, 70000))
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
print(socket.getaddrinfo("::1", "80", socket.AF_INET6, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST))
print(attempt(socket.getaddrinfo, "x y", 80, flags=socket.AI_NUMERICHOST), socket.gaierror.__mro__)
print(attempt(socket.getaddrinfo, 1, 80), attempt(socket.getaddrinfo, None, 1.5))
print(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
print(socket.gethostbyname("127.0.0.1"), isinstance(socket.gethostname(), str), socket.has_ipv6)
print(socket.getdefaulttimeout(), socket.setdefaulttimeout(1.5), socket.getdefaulttimeout())
with socket.socket() as s:
    print(s.gettimeout(), s.getblocking())
socket.setdefaulttimeout(None)
print(attempt(socket.socket, 99), socket.AddressFamily(2), socket.SOCK_STREAM, socket.MSG_PEEK)
