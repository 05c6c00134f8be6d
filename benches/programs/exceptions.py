# Exceptions raised, caught, re-raised and cleaned up after.
# small: 500
import sys

class Retry(Exception):
    def __init__(self, attempt):
        super().__init__(attempt)
        self.attempt = attempt

def parse(text):
    try:
        return int(text)
    except ValueError:
        return -1

def attempt(n, depth):
    if depth == 0:
        raise Retry(n)
    try:
        return attempt(n, depth - 1)
    finally:
        LOG[0] += 1

LOG = [0]

def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return 0

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    table = {i: i for i in range(0, 100, 3)}
    total = 0
    for i in range(n):
        total += parse("12" if i % 4 else "x1")
        total += lookup(table, i % 100)
        try:
            attempt(i, 4)
        except Retry as retry:
            total += retry.attempt & 7
        try:
            if i % 2:
                raise IndexError
        except (KeyError, IndexError):
            total += 1
        else:
            total += 2
    print(total, LOG[0])

main()
