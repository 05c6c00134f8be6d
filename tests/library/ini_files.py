import configparser
import io


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


TEXT = """
# What is common.
[DEFAULT]
home = /srv
retries = 3

[site]
path = %(home)s/www
port: 8080
debug = yes
ratio = 0.25
empty =
lines = one
    two
    three
; done
[other place]
path = /tmp
retries = 5
"""

config = configparser.ConfigParser()
config.read_string(TEXT)
print(config.sections(), "site" in config, "nothing" in config)
print(dict(config["site"]))
site = config["site"]
print(site["path"], site.getint("port"), site.getboolean("debug"), site.getfloat("ratio"))
print(repr(site["lines"]), repr(site["empty"]), site.get("none", "fallback"), site.getint("retries"))
print(config.get("site", "path", raw=True), config.options("other place"), config.items("other place"))
print(config.has_option("site", "home"), config.has_section("DEFAULT"), config.defaults())
print(attempt(config.get, "nothing", "path"))
print(attempt(config.get, "site", "nothing"))
print(attempt(config.getint, "site", "path"))
print(attempt(config.getboolean, "site", "port"))
print(attempt(config.add_section, "site"))
print(attempt(lambda: config["nothing"]))

config["new"] = {"a": "1", "b": "two\nlines"}
config.set("new", "C", "x")
print(config.remove_option("site", "lines"), config.remove_section("other place"))
print(attempt(config.set, "new", "d", 5))
out = io.StringIO()
config.write(out)
print(out.getvalue())
again = configparser.ConfigParser()
again.read_string(out.getvalue())
print(again == config, again["new"]["b"].split())

for text in ["a = 1", "[a]\nx = 1\nx = 2", "[a]\n[a]", "[a]\nnonsense", "[a]\nx = %(y)s", "[a]\nx = %(x)s"]:
    parser = configparser.ConfigParser()
    print(attempt(parser.read_string, text))
    if parser.has_section("a"):
        print(attempt(parser.get, "a", "x"))

bare = configparser.ConfigParser(allow_no_value=True, interpolation=None, delimiters=("=",), comment_prefixes=("//",))
bare.optionxform = str
bare.read_string("[S]\nKey\nOther = 50%\n// a comment\nx:y = z\n")
print(dict(bare["S"]))
extended = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
extended.read_dict({"base": {"dir": "/opt"}, "app": {"bin": "${base:dir}/bin", "tool": "${bin}/tool"}})
print(extended["app"]["tool"])
print(repr(extended["app"]))
