# termios and tty on a pseudo terminal.
import os
import termios


def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__module__, type(e).__name__, e)


controller, terminal = os.openpty()
print(os.isatty(terminal), os.ttyname(terminal).startswith("/dev/pts/"), os.get_inheritable(terminal))
attributes = termios.tcgetattr(terminal)
print(attributes[:2], attributes[2] & 0xFF, attributes[3:])
attributes[3] &= ~(termios.ECHO | termios.ICANON)
attributes[4] = attributes[5] = termios.B9600
attributes[6][termios.VMIN] = 2
print(termios.tcsetattr(terminal, termios.TCSANOW, attributes))
again = termios.tcgetattr(terminal)
print(again[3:6], again[6][termios.VMIN], again[6][termios.VTIME], again[6][termios.VINTR])
os.write(controller, b"ab")
print(os.read(terminal, 5))
os.write(terminal, b"x\n")
print(os.read(controller, 5))
print(termios.tcgetwinsize(terminal), termios.tcsetwinsize(terminal, (10, 20)), termios.tcgetwinsize(terminal))
print(os.get_terminal_size(terminal))
print(termios.tcflush(terminal, termios.TCIOFLUSH), termios.tcflow(terminal, termios.TCOON))
attempt(termios.tcgetattr, 99)
attempt(termios.tcgetattr, "x")
attempt(termios.tcsetattr, terminal, 0, 1)
attempt(termios.tcsetattr, terminal, 0, [1])
attempt(termios.tcsetattr, terminal, 0, again[:6] + [[]])
attempt(termios.tcsetattr, terminal, 0, again[:6] + [["x"] * 32])
attempt(termios.tcsetwinsize, terminal, 1)
attempt(termios.tcdrain, 99)
print(termios.error.__mro__)
