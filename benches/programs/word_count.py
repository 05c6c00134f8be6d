# Strings and dicts: splitting text and counting words.
# small: 500
import sys

SYLLABLES = ["ka", "lo", "mi", "ten", "ras", "ub", "ex", "or", "ian", "qu"]

def text(lines):
    seed = 42
    out = []
    for _ in range(lines):
        words = []
        for _ in range(9):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            a, b, c = seed >> 16, seed >> 20, seed >> 24
            word = SYLLABLES[a % 10] + SYLLABLES[b % 10]
            if c & 1:
                word = word.capitalize()
            words.append(word + (",." if c % 7 == 0 else ""))
        out.append(" ".join(words))
    return "\n".join(out)

def count(document):
    counts = {}
    for line in document.splitlines():
        for word in line.split():
            word = word.strip(",.").lower()
            counts[word] = counts.get(word, 0) + 1
    return counts

def letters(document):
    found = {}
    for c in document:
        if c in found:
            found[c] += 1
        else:
            found[c] = 1
    return found

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200000
    document = text(n)
    counts = count(document)
    top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
    print(len(document), len(counts), top)
    print(sorted(letters(document).items())[:6])

main()
