# Float attributes of objects.
# small: 500
import sys
from math import sqrt, pi

DAY = 365.24
SOLAR = 4 * pi * pi

class Body:
    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx * DAY, vy * DAY, vz * DAY
        self.mass = mass * SOLAR

def system():
    bodies = [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        Body(4.84, -1.16, -0.10, 0.00166, 0.00769, -0.00007, 0.000954),
        Body(8.34, 4.12, -0.40, -0.00276, 0.00499, 0.00002, 0.000285),
        Body(12.89, -15.11, -0.22, 0.00296, 0.00237, -0.00003, 0.0000436),
        Body(15.37, -25.9, 0.17, 0.00268, 0.00162, -0.00009, 0.0000515),
    ]
    px = py = pz = 0.0
    for b in bodies:
        px += b.vx * b.mass
        py += b.vy * b.mass
        pz += b.vz * b.mass
    sun = bodies[0]
    sun.vx, sun.vy, sun.vz = -px / SOLAR, -py / SOLAR, -pz / SOLAR
    return bodies

def advance(bodies, dt):
    for i in range(len(bodies)):
        a = bodies[i]
        for j in range(i + 1, len(bodies)):
            b = bodies[j]
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            d2 = dx * dx + dy * dy + dz * dz
            mag = dt / (d2 * sqrt(d2))
            a.vx -= dx * b.mass * mag
            a.vy -= dy * b.mass * mag
            a.vz -= dz * b.mass * mag
            b.vx += dx * a.mass * mag
            b.vy += dy * a.mass * mag
            b.vz += dz * a.mass * mag
    for b in bodies:
        b.x += dt * b.vx
        b.y += dt * b.vy
        b.z += dt * b.vz

def energy(bodies):
    e = 0.0
    for i, a in enumerate(bodies):
        e += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for b in bodies[i + 1:]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            e -= a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    return e

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 320000
    bodies = system()
    print(f"{energy(bodies):.9f}")
    for _ in range(n):
        advance(bodies, 0.01)
    print(f"{energy(bodies):.9f}")

main()
