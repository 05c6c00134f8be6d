# Float objects with operator methods: spheres and a plane, shadows and reflections.
# small: 12
import sys
from math import sqrt

class Vec:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return Vec(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k, self.z * k)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def unit(self):
        return self * (1.0 / sqrt(self.dot(self)))

class Sphere:
    def __init__(self, centre, radius, colour, shine):
        self.centre, self.radius, self.colour, self.shine = centre, radius, colour, shine

    def hit(self, origin, direction):
        oc = origin - self.centre
        b = oc.dot(direction)
        c = oc.dot(oc) - self.radius * self.radius
        d = b * b - c
        if d < 0.0:
            return None
        root = sqrt(d)
        t = -b - root
        if t > 1e-4:
            return t
        t = -b + root
        return t if t > 1e-4 else None

    def normal(self, point):
        return (point - self.centre) * (1.0 / self.radius)

    def colour_at(self, point):
        return self.colour

class Plane:
    shine = 0.2

    def __init__(self, y):
        self.y = y

    def hit(self, origin, direction):
        if abs(direction.y) < 1e-6:
            return None
        t = (self.y - origin.y) / direction.y
        return t if t > 1e-4 else None

    def normal(self, point):
        return Vec(0.0, 1.0, 0.0)

    def colour_at(self, point):
        return Vec(0.9, 0.9, 0.9) if (int(point.x // 1) + int(point.z // 1)) % 2 else Vec(0.1, 0.1, 0.3)

LIGHT = Vec(5.0, 8.0, -5.0)

def nearest(scene, origin, direction):
    best, found = 1e30, None
    for thing in scene:
        t = thing.hit(origin, direction)
        if t is not None and t < best:
            best, found = t, thing
    return best, found

def trace(scene, origin, direction, depth):
    t, thing = nearest(scene, origin, direction)
    if thing is None:
        return Vec(0.4, 0.6, 0.9) * (0.5 + 0.5 * direction.y)
    point = origin + direction * t
    normal = thing.normal(point)
    to_light = (LIGHT - point).unit()
    light = 0.1
    if nearest(scene, point, to_light)[1] is None:
        light += 0.9 * max(0.0, normal.dot(to_light))
    colour = thing.colour_at(point) * light
    if depth and thing.shine:
        bounced = direction - normal * (2.0 * direction.dot(normal))
        colour = colour * (1.0 - thing.shine) + trace(scene, point, bounced, depth - 1) * thing.shine
    return colour

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 390
    scene = [
        Plane(-1.0),
        Sphere(Vec(0.0, 0.0, 4.0), 1.0, Vec(1.0, 0.2, 0.2), 0.4),
        Sphere(Vec(1.8, -0.3, 3.2), 0.7, Vec(0.2, 1.0, 0.2), 0.3),
        Sphere(Vec(-1.7, -0.2, 3.5), 0.8, Vec(0.2, 0.3, 1.0), 0.5),
    ]
    eye = Vec(0.0, 0.3, -2.0)
    total = [0, 0, 0]
    for row in range(n):
        for column in range(n):
            direction = Vec((column - n / 2) / n, (n / 2 - row) / n, 1.0).unit()
            c = trace(scene, eye, direction, 3)
            for i, v in enumerate((c.x, c.y, c.z)):
                total[i] += int(255 * min(1.0, max(0.0, v)))
    print(*total)

main()
