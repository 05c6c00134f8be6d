#: stderr
#: exit 1
break
