"""Tracebacks show no frames of library code that is native in CPython."""
import datetime, asyncio, decimal, pickle
class TZ(datetime.tzinfo):
    def utcoffset(self, d): raise ValueError("mine")
import traceback
def show(f):
    try: f()
    except Exception as e:
        while e.__traceback__.tb_next and 0: pass
        print([ (fs.name) for fs in traceback.extract_tb(e.__traceback__)], type(e).__name__, e)
show(lambda: datetime.date(2023,2,29))
show(lambda: datetime.datetime(2023,2,2,tzinfo=TZ()).isoformat())
async def boom(): raise ValueError
async def main():
    t=asyncio.create_task(boom())
    await t
async def main2():
    async with asyncio.TaskGroup() as tg: tg.create_task(boom())
async def main3(): await asyncio.wait_for(asyncio.sleep(5),0.01)
async def main4(): print(await asyncio.gather(boom(), boom()))
for m in main, main2, main3,main4: show(lambda: asyncio.run(m()))
class R:
    def __reduce__(self): return 1/0
show(lambda: pickle.dumps([R()]))
import zoneinfo, xml.etree.ElementTree as ET
show(lambda: zoneinfo.ZoneInfo("No/Where"))
show(lambda: zoneinfo.ZoneInfo("../x"))
show(lambda: ET.fromstring("<a>"))
show(lambda: ET.Element("a").remove(ET.Element("b")))
import contextlib, functools, heapq, json, csv, io, copy, enum, random, statistics, struct, bisect, collections, operator, string, re, hashlib, hmac, uuid, itertools
show(lambda: functools.reduce(lambda a,b: 1/0, [1,2]))
show(lambda: json.loads("{"))
show(lambda: json.dumps({1:{2}}))
show(lambda: list(csv.reader(1)))
show(lambda: hmac.new("a"))
show(lambda: random.sample([1],2))
show(lambda: collections.deque(1))
show(lambda: collections.namedtuple("a","b b"))
show(lambda: struct.pack("q","a"))
show(lambda: re.compile("("))
show(lambda: operator.index("a"))
show(lambda: datetime.datetime.strptime("x","%Y"))
show(lambda: datetime.timedelta("a"))
show(lambda: io.StringIO(1))
show(lambda: open("/nonexist"))
show(lambda: copy.deepcopy(TZ()))
show(lambda: int("x"))
show(lambda: heapq.merge(1))
show(lambda: uuid.UUID("x"))
import abc, typing, weakref, types, threading, queue, contextvars, subprocess, socket, select, os, pathlib, importlib
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): pass
show(lambda: A())
show(lambda: isinstance(1, typing.List[int]))
show(lambda: queue.SimpleQueue().get_nowait())
show(lambda: queue.Queue().get_nowait())
show(lambda: socket.create_connection(("127.0.0.1",1)))
show(lambda: typing.NamedTuple("A", [("a", 1)]))
show(lambda: enum.Enum("A","a a"))
show(lambda: contextlib.ExitStack().enter_context(1))
show(lambda: types.new_class("A",(1,)))
show(lambda: string.Template("$").substitute())
show(lambda: exec("1/0"))
show(lambda: eval("1+"))
show(lambda: __import__("nope"))
show(lambda: max([]))
show(lambda: sorted([1,"a"]))
show(lambda: bytes("é","ascii"))
show(lambda: "é".encode("ascii"))
show(lambda: b"\xff".decode())
show(lambda: "x".encode("nope"))
