#: stderr
#: exit 1
class R:
    def __repr__(self):
        return self.nope
print([R()])
