# Classes and polymorphic method calls: a simulated task scheduler with queues and devices.
# small: 200
import sys

class Packet:
    def __init__(self, kind, payload):
        self.kind = kind
        self.payload = payload
        self.next = None
        self.hops = 0

class Queue:
    def __init__(self):
        self.head = self.tail = None
        self.size = 0

    def push(self, packet):
        packet.next = None
        if self.tail is None:
            self.head = packet
        else:
            self.tail.next = packet
        self.tail = packet
        self.size += 1

    def pop(self):
        packet = self.head
        self.head = packet.next
        if self.head is None:
            self.tail = None
        self.size -= 1
        return packet

class Task:
    def __init__(self, name, priority):
        self.name = name
        self.priority = priority
        self.inbox = Queue()
        self.runs = 0
        self.waiting = False

    def ready(self):
        return self.inbox.size > 0 and not self.waiting

    def run(self, system):
        self.runs += 1
        self.handle(self.inbox.pop(), system)

    def handle(self, packet, system):
        raise NotImplementedError

class Worker(Task):
    def __init__(self, name, priority, factor):
        super().__init__(name, priority)
        self.factor = factor

    def handle(self, packet, system):
        packet.payload = (packet.payload * self.factor + 7) % 10007
        packet.hops += 1
        system.send(system.route(packet), packet)

class Device(Task):
    def __init__(self, name, priority):
        super().__init__(name, priority)
        self.busy = 0

    def ready(self):
        if self.busy:
            self.busy -= 1
            return False
        return super().ready()

    def handle(self, packet, system):
        self.busy = packet.payload & 3
        packet.kind = "work"
        packet.hops += 1
        system.send(system.route(packet), packet)

class Sink(Task):
    def __init__(self, name, priority):
        super().__init__(name, priority)
        self.total = 0

    def handle(self, packet, system):
        self.total = (self.total + packet.payload * packet.hops) % 1000003
        system.finished += 1

class System:
    def __init__(self):
        self.tasks = []
        self.named = {}
        self.finished = 0

    def add(self, task):
        self.tasks.append(task)
        self.tasks.sort(key=lambda t: -t.priority)
        self.named[task.name] = task

    def route(self, packet):
        if packet.hops >= 12:
            return "sink"
        if packet.kind == "io":
            return "disk" if packet.payload & 1 else "net"
        if packet.payload % 5 == 0:
            packet.kind = "io"
        return "fast" if packet.payload % 3 else "slow"

    def send(self, name, packet):
        self.named[name].inbox.push(packet)

    def loop(self):
        idle = 0
        while idle < 5:
            for task in self.tasks:
                if task.ready():
                    task.run(self)
                    idle = 0
                    break
            else:
                idle += 1

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 110000
    system = System()
    system.add(Worker("fast", 5, 31))
    system.add(Worker("slow", 3, 17))
    system.add(Device("disk", 8))
    system.add(Device("net", 9))
    system.add(Sink("sink", 1))
    for i in range(n):
        system.send("fast" if i % 2 else "slow", Packet("work", i))
    system.loop()
    print(system.finished, system.named["sink"].total, [(t.name, t.runs) for t in system.tasks])

main()
