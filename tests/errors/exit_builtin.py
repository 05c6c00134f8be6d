#: stderr
#: exit 6
exit(6)
