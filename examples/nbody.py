# Planets pulling at each other: floats, attributes, a loop that wants to be native code.   nbody [STEPS]
import sys
from dataclasses import dataclass
from math import sqrt


@dataclass
class Body:
    name: str
    mass: float
    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0


def step(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx, dy = a.x - b.x, a.y - b.y
            d2 = dx * dx + dy * dy
            pull = dt / (d2 * sqrt(d2))
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy


def energy(bodies):
    kinetic = sum(b.mass * (b.vx ** 2 + b.vy ** 2) / 2 for b in bodies)
    potential = sum(
        a.mass * b.mass / sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)
        for i, a in enumerate(bodies) for b in bodies[i + 1:]
    )
    return kinetic - potential


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    bodies = [
        Body("sun", 1000.0, 0.0, 0.0),
        Body("near", 1.0, 10.0, 0.0, vy=10.0),
        Body("middle", 3.0, 0.0, -25.0, vx=6.3),
        Body("far", 0.5, -60.0, 0.0, vy=-4.1),
    ]
    print(f"energy before: {energy(bodies):.6f}")
    for _ in range(steps):
        step(bodies, 0.001)
    print(f"energy after:  {energy(bodies):.6f}")
    for body in bodies:
        print(f"{body.name:<7} at {body.x:9.4f} {body.y:9.4f}")


main()
