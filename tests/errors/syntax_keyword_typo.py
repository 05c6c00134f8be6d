#: stderr
#: exit 1
imprt sys
