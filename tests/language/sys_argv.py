#: args one two --three
#: stdin first line
#: stdin second line
# Arguments and standard input.
import sys
print(sys.argv[1:], len(sys.argv))
print(input(), "|", input("prompt> "))
try: input()
except EOFError as e: print(e)
print(sys.stdin.readline() == "", sys.version_info[:2], sys.byteorder, sys.maxsize)
