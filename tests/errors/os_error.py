#: stderr
#: exit 1
open("/nonexistent/file.txt")
