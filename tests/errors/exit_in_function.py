#: stderr
#: exit 5
def f():
    try:
        raise SystemExit(5)
    except Exception:
        print("not caught")
f()
