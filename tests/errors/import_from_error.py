#: stderr
#: exit 1
from json import nothing_like_this
