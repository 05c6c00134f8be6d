# Looks into JSON:   jsontool PATH < FILE   where PATH is such as users[0].name; no path prints all of it.
import json
import re
import sys

EXAMPLE = '{"users": [{"name": "Ada", "born": 1815}, {"name": "Grace", "born": 1906, "tags": ["navy", "cobol"]}]}'


class PathError(Exception):
    pass


def look(data, path):
    for key, index in re.findall(r"([^.\[\]]+)|\[(-?\d+)\]", path):
        try:
            data = data[int(index)] if index else data[key]
        except (KeyError, IndexError, TypeError) as error:
            raise PathError(f"{key or index}: {type(error).__name__}") from error
    return data


def shape(data, depth=0):
    pad = "  " * depth
    match data:
        case dict():
            for key, value in data.items():
                print(f"{pad}{key}: {type(value).__name__}")
                shape(value, depth + 1)
        case [first, *rest]:
            print(f"{pad}[{1 + len(rest)}] of {type(first).__name__}")
            shape(first, depth + 1)


def main():
    text = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    data = json.loads(text or EXAMPLE)
    try:
        found = look(data, sys.argv[1] if len(sys.argv) > 1 else "")
    except PathError as error:
        sys.exit(f"jsontool: {error}")
    print(json.dumps(found, indent=2, ensure_ascii=False))
    shape(found)


main()
