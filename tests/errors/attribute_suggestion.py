#: stderr
#: exit 1
class Shop:
    def __init__(self):
        self.inventory = 1
Shop().inventroy
