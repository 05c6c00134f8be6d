#: stderr
#: exit 1
print("start")
import _raises
