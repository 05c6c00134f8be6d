# Counts words:   wordcount FILE...   or from standard input. With no input it counts a poem of its own.
import sys
from collections import Counter

POEM = """
the fog comes in
the fog goes out
and what the fog was all about
the fog forgets the fog is in
"""


def words(text):
    for line in text.splitlines():
        yield from line.lower().split()


def main():
    if len(sys.argv) > 1:
        text = ""
        for name in sys.argv[1:]:
            with open(name, encoding="utf-8") as file:
                text += file.read()
    elif sys.stdin is not None and not sys.stdin.isatty():
        text = sys.stdin.read() or POEM
    else:
        text = POEM
    counts = Counter(words(text))
    for word, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]:
        print(f"{n:>5}  {word}")
    print(f"{counts.total():>5}  in all, {len(counts)} different")


main()
