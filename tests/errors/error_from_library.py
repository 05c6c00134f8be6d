#: stderr
#: exit 1
import json
json.loads("{bad}")
