# _abc: registration, caches and their invalidation, hooks, abstract methods, patterns.
import abc
import collections.abc as cabc
from abc import ABC, ABCMeta, abstractmethod


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    @property
    @abstractmethod
    def name(self): ...


class Square(Shape):
    def area(self):
        return 1


for cls in (Shape, Square):
    try:
        cls()
    except TypeError as error:
        print(error)
print(sorted(Shape.__abstractmethods__), sorted(Square.__abstractmethods__))
Square.name = 'square'
abc.update_abstractmethods(Square)
print(sorted(Square.__abstractmethods__), Square().area())


class Plain:
    pass


class Child(Plain):
    pass


token = abc.get_cache_token()
print(isinstance(Plain(), Shape), issubclass(Child, Shape), isinstance(Plain(), Shape))
print(Shape.register(Plain) is Plain, abc.get_cache_token() - token)
print(isinstance(Plain(), Shape), issubclass(Child, Shape), isinstance(Child(), Shape), issubclass(int, Shape))
for call in (lambda: Shape.register(1), lambda: Plain.register, lambda: Square.register(Shape), lambda: issubclass(1, Shape)):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


class Hooked(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, other):
        if other is bytes:
            return 'yes'
        return True if hasattr(other, 'quack') else NotImplemented


class Duck:
    quack = 1


print(isinstance(Duck(), Hooked), isinstance(3, Hooked))
try:
    isinstance(b'', Hooked)
except AssertionError as error:
    print(error)


class Proxy:
    @property
    def __class__(self):
        return dict


print(isinstance(Proxy(), cabc.Mapping), isinstance(Proxy(), cabc.Sequence))
print(isinstance({}, cabc.Mapping), isinstance([], cabc.Mapping), isinstance((), cabc.Sequence), isinstance('', cabc.Iterable))
print(isinstance(print, cabc.Callable), issubclass(dict, cabc.MutableMapping), issubclass(list, cabc.Hashable))


@cabc.Sequence.register
class Row:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (10, 20)[i]


match Row():
    case [a, b]:
        print(a, b)


class Table(cabc.Mapping):
    def __getitem__(self, key):
        return key

    def __iter__(self):
        return iter('xy')

    def __len__(self):
        return 2


match Table():
    case {'k': value}:
        print(value)
try:
    class Both(metaclass=ABCMeta):
        __abc_tpflags__ = 0x60
except TypeError as error:
    print(error)
registry, cache, negative, version = abc._get_dump(Shape)
print([r() for r in registry], version <= abc.get_cache_token())
Shape._abc_registry_clear()
Shape._abc_caches_clear()
print(issubclass(Plain, Shape), issubclass(Square, Shape))
