#: stderr
#: exit 7
raise SystemExit(256 + 7)
