#: stderr
#: exit 1
import re
re.compile("(unclosed")
