#: stderr
#: exit 1
raise ValueError("é 漢 🐍 \ud800 \x00")
