#: stderr
#: exit 1
if True: pass
else: pass
elif False: pass
