#: stderr
#: exit 1
def load():
    try:
        {}["missing"]
    except KeyError as e:
        raise ValueError("bad config") from e
load()
