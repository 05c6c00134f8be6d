# Classes, instances, methods, class and static methods, inheritance, super.
class Animal:
    """A base."""
    count = 0
    def __init__(self, name):
        self.name = name
        Animal.count += 1
    def speak(self):
        return f"{self.name} makes a sound"
    @classmethod
    def make(cls, name):
        return cls(name)
    @staticmethod
    def twice(x):
        return x * 2
    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"
class Dog(Animal):
    def __init__(self, name, breed="mutt"):
        super().__init__(name)
        self.breed = breed
    def speak(self):
        return super().speak() + ": woof"
class Puppy(Dog):
    def speak(self):
        return super().speak().upper()
for a in (Animal("Cat"), Dog("Rex"), Puppy.make("Bit")):
    print(a, a.speak(), a.__dict__)
print(Animal.count, Dog.count, Animal.twice(4), Dog("x").twice("ab"))
print(isinstance(Puppy("p"), Animal), issubclass(Puppy, Dog), issubclass(Animal, Dog))
print(Puppy.__mro__, Puppy.__bases__, Puppy.__name__, Dog.__qualname__, Animal.__doc__)
d = Dog("D")
d.count = 99
print(d.count, Dog.count, "count" in d.__dict__)
del d.count
print(d.count)
m = d.speak
print(m(), m.__self__ is d, m.__func__ is Dog.speak)
print(getattr(d, "missing", "default"), hasattr(d, "name"))
setattr(d, "age", 3); print(d.age); delattr(d, "age")
for attempt in (lambda: d.age, lambda: Dog.nope, lambda: delattr(d, "zip"), lambda: (5).x, lambda: None.y):
    try:
        attempt()
    except AttributeError as e:
        print(e)
print(type(d) is Dog, type(Dog) is type, d.__class__.__name__, d.__module__)
#: stress
