# String building, formatting and searching.
# small: 500
import sys

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    lines = []
    for i in range(n):
        lines.append(f"{i:06d}|item-{i % 97}|{i * 0.25:.2f}|{i:x}")
    total = 0
    for line in lines:
        number, name, price, code = line.split("|")
        if name.startswith("item-1") and code.endswith("a"):
            total += int(number) + int(code, 16)
        total += len(name.replace("item", "thing")) + price.find(".")
    print(total)
    text = ""
    for i in range(n):
        text += chr(97 + i % 26)
    print(len(text), text.count("abc"), text.find("zab", n // 2))
    upper = "".join(c.upper() if c in "aeiou" else c for c in text)
    print(upper[:30], sum(1 for c in upper if c.isupper()))
    rows = ["%s=%d (%5.1f%%)" % (line[7:12], i, i / n * 100) for i, line in enumerate(lines)]
    print(rows[0], rows[-1], sum(map(len, rows)))
    print(hash("x") == hash("x"), "{:>10}|{:<5}|{}".format("a", 3, [n]))

main()
