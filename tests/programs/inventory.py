#!/usr/bin/env python3
"""Keeps a small shop's inventory in a JSON file.

An application of the usual kind: a command line of sub-commands, dataclasses, a query language on regular
expressions, JSON in and out, text reports, errors with exit statuses.
"""
#: files inventory_stock.json
#: run help --help
#: run help_report report --help
#: run no_command
#: exit 2
#: stderr
#: run bad_command frobnicate
#: exit 2
#: stderr
#: run bad_choice list --sort colour
#: exit 2
#: stderr
#: run bad_number add tools hammer --price cheap
#: exit 2
#: stderr
#: run version --version
#: run list list
#: run list_sorted list --sort value --reverse --limit 3
#: run list_json list --json --sort name
#: run list_where list --where price>5,category=tools
#: run list_where_regex list --where name~^[hs].*r$|nails
#: run list_where_bad list --where price>>5
#: exit 1
#: stderr
#: run show show hammer
#: run show_missing show hamer
#: exit 1
#: stderr
#: run add add garden trowel --price 7.25 --count 4 --tag hand --tag steel --show
#: run add_duplicate add tools hammer --price 3
#: exit 1
#: stderr
#: run sell sell hammer 3 --show
#: run sell_too_many sell hammer 300
#: exit 1
#: stderr
#: run restock restock --show
#: run restock_dry restock --dry-run
#: run report report
#: run report_category report --by category --width 30
#: run report_supplier report --by supplier --chart
#: run report_json report --by tag --json
#: run import_text import --show
#: stdin # kind name price count
#: stdin tools    "claw hammer"   12.50  x3
#: stdin garden   rake            9      x10   @green-co  +wood +long
#: stdin
#: stdin tools    hammer          15.99  x5
#: stdin paint    "red, 1 litre"  8.40   x0    @colours
#: run import_bad import --strict
#: stdin tools broken line here
#: stdin tools ok 1.5 x2
#: exit 1
#: stderr
#: run import_lenient import --show
#: stdin tools broken line here
#: stdin tools ok 1.5 x2
#: stderr
#: run export_csv export csv
#: run export_table export table
#: run export_json export json --indent 1
#: run history history
#: run history_item history --item nails --since 2024-03-01
#: run check check
#: exit 1
#: run missing_file --file nowhere.json list
#: exit 1
#: stderr
#: run rename rename saw handsaw --show
#: run discount discount --category tools --percent 12.5 --show

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from enum import Enum
from functools import cached_property, reduce
from itertools import groupby
from pathlib import Path
from typing import Callable, ClassVar, Iterable, Iterator


class InventoryError(Exception):
    """A mistake of the user's, shown without a traceback."""

    status: ClassVar[int] = 1


class NotFound(InventoryError):
    def __init__(self, name: str, known: Iterable[str]):
        self.name = name
        self.close = get_close_matches(name, list(known), n=2)
        super().__init__(name)

    def __str__(self) -> str:
        hint = f" (did you mean {' or '.join(self.close)}?)" if self.close else ""
        return f"no item named {self.name!r}{hint}"


class Level(Enum):
    OUT = "out of stock"
    LOW = "low"
    FINE = "fine"
    OVER = "overstocked"

    @classmethod
    def of(cls, item: Item) -> Level:
        match item.count:
            case 0:
                return cls.OUT
            case n if n < item.reorder_at:
                return cls.LOW
            case n if n > 10 * max(item.reorder_at, 1):
                return cls.OVER
            case _:
                return cls.FINE


@dataclass(frozen=True, order=True)
class Money:
    """An amount in cents, so that sums are exact."""

    cents: int

    @classmethod
    def parse(cls, text: str) -> Money:
        match = re.fullmatch(r"(?P<whole>\d+)(?:\.(?P<part>\d{1,2}))?", text.strip())
        if match is None:
            raise ValueError(f"not an amount: {text!r}")
        return cls(int(match["whole"]) * 100 + int((match["part"] or "0").ljust(2, "0")))

    def __str__(self) -> str:
        whole, part = divmod(self.cents, 100)
        return f"{whole:,}.{part:02}"

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __mul__(self, times: int) -> Money:
        return Money(self.cents * times)

    __rmul__ = __mul__

    def less(self, percent: float) -> Money:
        return Money(round(self.cents * (100 - percent) / 100))


@dataclass
class Item:
    name: str
    category: str
    price: Money
    count: int = 0
    reorder_at: int = 5
    supplier: str | None = None
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.count < 0:
            raise InventoryError(f"{self.name}: count cannot be {self.count}")
        self.tags = sorted(set(self.tags))

    @property
    def value(self) -> Money:
        return self.price * self.count

    @property
    def level(self) -> Level:
        return Level.of(self)

    @classmethod
    def from_json(cls, data: dict) -> Item:
        known = {f.name for f in fields(cls)}
        if unknown := sorted(data.keys() - known):
            raise InventoryError(f"unknown fields: {', '.join(unknown)}")
        return cls(**{**data, "price": Money.parse(str(data["price"]))})

    def to_json(self) -> dict:
        data = asdict(self)
        data["price"] = str(self.price)
        return {key: value for key, value in data.items() if value not in (None, [])}


@dataclass(frozen=True)
class Event:
    date: str
    kind: str
    item: str
    amount: int

    PATTERN: ClassVar[re.Pattern] = re.compile(
        r"""
        (?P<date>\d{4}-\d{2}-\d{2}) \s+
        (?P<kind>sold|bought|lost)  \s+
        (?P<amount>\d+) \s* (?:×|x) \s*
        (?P<item>.+)
        """,
        re.VERBOSE,
    )

    @classmethod
    def parse(cls, line: str) -> Event:
        if match := cls.PATTERN.fullmatch(line.strip()):
            groups = match.groupdict()
            return cls(**{**groups, "amount": int(groups["amount"])})
        raise InventoryError(f"not an event: {line!r}")

    @property
    def change(self) -> int:
        return self.amount if self.kind == "bought" else -self.amount


class Inventory:
    """The items by name, and what happened to them."""

    def __init__(self, items: Iterable[Item], events: Iterable[Event] = ()):
        self._items: dict[str, Item] = {}
        self.events = list(events)
        for item in items:
            self.add(item)

    @classmethod
    def load(cls, path: Path) -> Inventory:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InventoryError(f"{path}: no such file") from None
        except json.JSONDecodeError as error:
            raise InventoryError(f"{path}: {error}") from error
        return cls(map(Item.from_json, data["items"]), map(Event.parse, data.get("events", [])))

    def save(self, path: Path) -> None:
        data = {
            "items": [item.to_json() for item in self],
            "events": [f"{e.date} {e.kind} {e.amount} x {e.item}" for e in self.events],
        }
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __getitem__(self, name: str) -> Item:
        try:
            return self._items[name]
        except KeyError:
            raise NotFound(name, self._items) from None

    def add(self, item: Item) -> None:
        if item.name in self:
            raise InventoryError(f"{item.name} is there already")
        self._items[item.name] = item

    def update(self, name: str, **changes) -> Item:
        item = replace(self[name], **changes)
        self._items[name] = item
        return item

    def rename(self, old: str, new: str) -> None:
        item = self[old]
        if new in self:
            raise InventoryError(f"{new} is there already")
        self._items = {new if key == old else key: value for key, value in self._items.items()}
        self._items[new] = replace(item, name=new)

    @cached_property
    def categories(self) -> list[str]:
        return sorted({item.category for item in self})


# Queries: comma-separated conditions such as price>5,name~^h

OPERATORS: dict[str, Callable] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "~": lambda a, b: re.search(b, str(a)) is not None,
}
CONDITION = re.compile(r"(?P<field>[a-z_]+)(?P<op>[!<>]=|[=<>~])(?P<value>[^<>=].*)")


def compile_query(text: str) -> Callable[[Item], bool]:
    conditions = []
    for part in filter(None, text.split(",")):
        match = CONDITION.fullmatch(part.strip())
        if match is None:
            raise InventoryError(f"not a condition: {part!r}")
        conditions.append(compile_condition(*match.group("field", "op", "value")))
    return lambda item: all(condition(item) for condition in conditions)


def compile_condition(name: str, op: str, value: str) -> Callable[[Item], bool]:
    compare = OPERATORS[op]
    convert: Callable = str
    if name in ("price", "value") and op != "~":
        convert = Money.parse
    elif name in ("count", "reorder_at") and op != "~":
        convert = int
    elif name not in ("name", "category", "supplier", "price", "value", "count", "reorder_at"):
        raise InventoryError(f"no field {name!r}")
    try:
        wanted = convert(value)
    except ValueError as error:
        raise InventoryError(f"{name}: {error}") from error
    return lambda item: compare(getattr(item, name), wanted)


# Output


def table(headers: list[str], rows: list[list], right: frozenset[int] = frozenset()) -> Iterator[str]:
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *cells)]

    def line(row: list[str]) -> str:
        parts = (c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths)))
        return "  ".join(parts).rstrip()

    yield line(headers)
    yield "  ".join("-" * width for width in widths)
    yield from map(line, cells)


def show_items(items: Iterable[Item]) -> None:
    rows = [[i.name, i.category, i.price, i.count, i.value, i.level.value] for i in items]
    for line in table(["name", "category", "price", "count", "value", "level"], rows, frozenset({2, 3, 4})):
        print(line)


def show_json(data: object, indent: int | None = 2) -> None:
    print(json.dumps(data, indent=indent, sort_keys=True, default=str, ensure_ascii=False))


def bar(fraction: float, width: int) -> str:
    full, rest = divmod(round(fraction * width * 8), 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


# Commands: each takes the inventory and the options, and says whether to save

COMMANDS: dict[str, Callable[[Inventory, argparse.Namespace], bool]] = {}


def command(function):
    COMMANDS[function.__name__.removeprefix("do_").rstrip("_")] = function
    return function


@command
def do_list(inventory: Inventory, options) -> bool:
    keep = compile_query(options.where)
    items = sorted(filter(keep, inventory), key=lambda i: (getattr(i, options.sort), i.name), reverse=options.reverse)
    items = items[: options.limit]
    if options.json:
        show_json([item.to_json() for item in items])
    elif items:
        show_items(items)
    else:
        print("nothing matches")
    return False


@command
def do_show(inventory: Inventory, options) -> bool:
    item = inventory[options.name]
    width = max(len(f.name) for f in fields(item))
    for f in fields(item):
        value = getattr(item, f.name)
        print(f"{f.name:>{width}}: {', '.join(value) if isinstance(value, list) else value}")
    print(f"{'level':>{width}}: {item.level.value} ({item.level.name})")
    return False


@command
def do_add(inventory: Inventory, options) -> bool:
    inventory.add(Item(options.name, options.category, options.price, options.count, tags=options.tag or []))
    print(f"added {options.count} × {options.name} at {options.price}")
    return True


@command
def do_sell(inventory: Inventory, options) -> bool:
    item = inventory[options.name]
    if options.amount > item.count:
        raise InventoryError(f"only {item.count} × {item.name} left, not {options.amount}")
    inventory.update(item.name, count=item.count - options.amount)
    inventory.events.append(Event("2024-06-01", "sold", item.name, options.amount))
    print(f"sold {options.amount} × {item.name} for {options.amount * item.price}")
    return True


@command
def do_restock(inventory: Inventory, options) -> bool:
    orders: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for item in inventory:
        if item.level in (Level.OUT, Level.LOW):
            wanted = item.reorder_at * 2 - item.count
            orders[item.supplier or "(no supplier)"].append((item.name, wanted))
            if not options.dry_run:
                inventory.update(item.name, count=item.count + wanted)
    for supplier, wanted in sorted(orders.items()):
        print(f"{supplier}:", ", ".join(f"{n} × {name}" for name, n in wanted))
    return not options.dry_run


@command
def do_report(inventory: Inventory, options) -> bool:
    def keys(item: Item) -> list[str]:
        if options.by == "tag":
            return item.tags or ["(untagged)"]
        if options.by == "level":
            return [item.level.value]
        return [getattr(item, options.by) or "(none)"]

    pairs = sorted((key, item.name) for item in inventory for key in keys(item))
    groups = {key: [inventory[name] for _, name in group] for key, group in groupby(pairs, key=lambda p: p[0])}
    values = {key: reduce(Money.__add__, (i.value for i in items), Money(0)) for key, items in groups.items()}
    if options.json:
        show_json({key: {"items": [i.name for i in items], "value": values[key]} for key, items in groups.items()})
        return False
    most = max(values.values(), default=Money(1))
    for key, items in sorted(groups.items(), key=lambda pair: (-values[pair[0]].cents, pair[0])):
        line = f"{key:<14} {len(items):>3} items {sum(i.count for i in items):>5} pieces {values[key]!s:>12}"
        if options.chart:
            line += "  " + bar(values[key].cents / most.cents, options.width)
        print(line)
    print(f"{'total':<14} {len(inventory):>3} items {sum(i.count for i in inventory):>5} pieces "
          f"{sum((i.value for i in inventory), Money(0))!s:>12}")
    return False


LINE = re.compile(
    r"""(?P<category>\w+)\s+(?:"(?P<quoted>[^"]*)"|(?P<name>\S+))\s+(?P<price>\d+(?:\.\d+)?)\s+x(?P<count>\d+)"""
    r"""(?:\s+@(?P<supplier>\S+))?(?P<tags>(?:\s+\+\w+)*)\s*"""
)


@command
def do_import_(inventory: Inventory, options) -> bool:
    seen: Counter[str] = Counter()
    for number, line in enumerate(sys.stdin, 1):
        line = line.split("#")[0].strip()
        if not line:
            seen["empty"] += 1
            continue
        match = LINE.fullmatch(line)
        if match is None:
            message = f"line {number}: cannot read {line!r}"
            if options.strict:
                raise InventoryError(message)
            print(f"inventory: skipped {message}", file=sys.stderr)
            seen["skipped"] += 1
            continue
        name = match["quoted"] or match["name"]
        if name in inventory:
            old = inventory[name]
            inventory.update(name, price=Money.parse(match["price"]), count=old.count + int(match["count"]))
            seen["updated"] += 1
        else:
            tags = re.findall(r"\+(\w+)", match["tags"])
            price, count = Money.parse(match["price"]), int(match["count"])
            inventory.add(Item(name, match["category"], price, count, supplier=match["supplier"], tags=tags))
            seen["added"] += 1
    print(", ".join(f"{n} {what}" for what, n in sorted(seen.items())) or "nothing read")
    return True


@command
def do_export(inventory: Inventory, options) -> bool:
    match options.format:
        case "json":
            show_json([item.to_json() for item in inventory], options.indent)
        case "csv":
            names = [f.name for f in fields(Item)]
            print(",".join(names))
            for item in inventory:
                values = [getattr(item, name) for name in names]
                print(",".join(quote(";".join(v) if isinstance(v, list) else "" if v is None else str(v)) for v in values))
        case "table":
            show_items(inventory)
    return False


def quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\n]', text) else text


@command
def do_history(inventory: Inventory, options) -> bool:
    events = [e for e in inventory.events if options.item in (None, e.item) and e.date >= options.since]
    for month, group in groupby(sorted(events, key=lambda e: (e.date, e.item)), key=lambda e: e.date[:7]):
        group = list(group)
        print(f"{month} ({len(group)} events, {sum(e.change for e in group):+d} pieces)")
        for event in group:
            print(f"  {event.date[8:]}  {event.kind:<7}{event.change:>+5}  {event.item}")
    kinds = Counter(e.kind for e in events)
    print(", ".join(f"{kind} {n}" for kind, n in kinds.most_common()) or "no events")
    return False


@command
def do_check(inventory: Inventory, options) -> bool:
    def complaints() -> Iterator[str]:
        for item in inventory:
            if item.price == Money(0):
                yield f"{item.name}: no price"
            if item.supplier is None and item.level is Level.OUT:
                yield f"{item.name}: out of stock and nobody to order from"
            if not re.fullmatch(r"[\w ]+", item.name):
                yield f"{item.name}: odd name"
        for event in inventory.events:
            if event.item not in inventory:
                yield f"{event.date}: event of unknown item {event.item}"

    found = list(complaints())
    print(*found, sep="\n")
    print(f"{len(found)} problem{'s' * (len(found) != 1)} in {len(inventory)} items")
    if found:
        raise SystemExit(1)
    return False


@command
def do_rename(inventory: Inventory, options) -> bool:
    inventory.rename(options.old, options.new)
    print(f"{options.old} is now {options.new}")
    return True


@command
def do_discount(inventory: Inventory, options) -> bool:
    for item in list(inventory):
        if options.category in (None, item.category):
            changed = inventory.update(item.name, price=item.price.less(options.percent))
            print(f"{item.name}: {item.price} → {changed.price}")
    return True


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inventory", description="Keep track of what is in stock.", epilog="Amounts are in the shop's currency.")
    parser.add_argument("--file", type=Path, default=Path("inventory_stock.json"), metavar="PATH", help="the inventory (default: %(default)s)")
    parser.add_argument("--version", action="version", version="%(prog)s 1.2")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    changing = argparse.ArgumentParser(add_help=False)
    changing.add_argument("--show", action="store_true", help="show the inventory afterwards")

    sub = commands.add_parser("list", help="list items")
    sub.add_argument("--where", default="", metavar="QUERY", help="conditions such as price>5,name~^h")
    sub.add_argument("--sort", choices=["name", "category", "price", "count", "value"], default="category")
    sub.add_argument("--reverse", "-r", action="store_true")
    sub.add_argument("--limit", type=int, metavar="N")
    sub.add_argument("--json", action="store_true")
    commands.add_parser("show", help="show one item").add_argument("name")
    sub = commands.add_parser("add", help="add an item", parents=[changing])
    sub.add_argument("category")
    sub.add_argument("name")
    sub.add_argument("--price", type=Money.parse, required=True)
    sub.add_argument("--count", type=int, default=1)
    sub.add_argument("--tag", action="append")
    sub = commands.add_parser("sell", help="sell pieces of an item", parents=[changing])
    sub.add_argument("name")
    sub.add_argument("amount", type=int, nargs="?", default=1)
    sub = commands.add_parser("restock", help="order what runs low", parents=[changing])
    sub.add_argument("--dry-run", "-n", action="store_true", help="only say what would be ordered")
    sub = commands.add_parser("report", help="sum up", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    sub.add_argument("--by", choices=["category", "supplier", "tag", "level"], default="level", help="what to group by")
    form = sub.add_mutually_exclusive_group()
    form.add_argument("--chart", action="store_true", help="draw bars")
    form.add_argument("--json", action="store_true", help="print JSON")
    sub.add_argument("--width", type=int, default=20, help="of the longest bar")
    sub = commands.add_parser("import", help="read items from standard input", parents=[changing])
    sub.add_argument("--strict", action="store_true", help="stop at the first bad line")
    sub = commands.add_parser("export", help="print everything")
    sub.add_argument("format", choices=["json", "csv", "table"])
    sub.add_argument("--indent", type=int)
    sub = commands.add_parser("history", help="what happened when")
    sub.add_argument("--item")
    sub.add_argument("--since", default="", metavar="DATE")
    commands.add_parser("check", help="look for mistakes")
    sub = commands.add_parser("rename", help="rename an item", parents=[changing])
    sub.add_argument("old")
    sub.add_argument("new")
    sub = commands.add_parser("discount", help="lower prices", parents=[changing])
    sub.add_argument("--category")
    sub.add_argument("--percent", type=float, default=10.0)
    return parser


def main(arguments: list[str] | None = None) -> int:
    options = build_parser().parse_args(arguments)
    try:
        inventory = Inventory.load(options.file)
        if COMMANDS[options.command](inventory, options):
            inventory.save(options.file)
            if options.show:
                show_items(Inventory.load(options.file))
    except InventoryError as error:
        print(f"inventory: {error}", file=sys.stderr)
        return error.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
