"""Writes `signatures.txt`: text signatures of CPython's built-in functions, methods and classes.

    py314 runtime/docs/signatures.py > runtime/docs/signatures.txt

A line is `MODULE.NAME SIGNATURE` or `MODULE.CLASS.NAME SIGNATURE`; `*.NAME SIGNATURE` is what most classes have for a
special method, and is not repeated for them. `↵` stands for the line breaks of long signatures.
"""

import collections
import importlib
import types

MODULES = """
_abc _ast _bisect _codecs _collections _contextvars _csv _functools _heapq _imp _io _json _locale _operator
_posixsubprocess _queue _random _signal _socket _sre _statistics _string _struct _thread _tokenize _types _typing
_warnings _weakref array atexit binascii builtins cmath errno fcntl gc itertools marshal math posix pwd grp resource
select sys termios time unicodedata zlib _md5 _sha1 _sha2 _sha3 _blake2
""".split()

METHODS = (
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.BuiltinFunctionType,
    staticmethod,
)

found = {}


def note(key, thing):
    signature = getattr(thing, "__text_signature__", None)
    if signature is not None:
        found[key] = signature.replace("\n", "↵")


def walk(cls):
    key = f"{cls.__module__}.{cls.__qualname__}"
    note(key, cls)
    for name, member in vars(cls).items():
        if isinstance(member, METHODS):
            note(f"{key}.{name}", getattr(member, "__func__", member))


for name in MODULES:
    module = importlib.import_module(name)
    for attribute, thing in vars(module).items():
        if isinstance(thing, type):
            # Syntax tree classes all look alike, and types of other modules come with those.
            if name != "_ast" and not thing.__flags__ & 1 << 9 or thing.__module__ in (name, name.lstrip("_")):
                walk(thing)
        elif isinstance(thing, types.BuiltinFunctionType):
            for module_name in {thing.__module__, name}:
                note(f"{module_name}.{attribute}", thing)
for thing in vars(types).values():
    if isinstance(thing, type):
        walk(thing)
for thing in [[], {}, set(), "", b"", bytearray(), (), range(0), {}.keys(), {}.values(), {}.items(), zip(), memoryview(b"")]:
    walk(type(thing))
    walk(type(iter(thing)))

votes = collections.defaultdict(collections.Counter)
for key, signature in found.items():
    name = key.rpartition(".")[2]
    if key.count(".") == 2 and name.startswith("__"):
        votes[name][signature] += 1
usual = {name: counter.most_common(1)[0][0] for name, counter in votes.items()}
lines = [f"*.{name} {signature}" for name, signature in usual.items()]
for key, signature in found.items():
    if "ast." in key or "<" in key:
        continue
    if key.count(".") != 2 or usual.get(key.rpartition(".")[2]) != signature:
        lines.append(f"{key} {signature}")
print("\n".join(sorted(lines)))
