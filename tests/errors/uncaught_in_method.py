#: stderr
#: exit 1
class C:
    def __init__(self, v):
        self.v = v
    def run(self):
        return [self.check(i) for i in range(3)]
    def check(self, i):
        if i == 2:
            raise KeyError("k", i)
        return i
C(1).run()
