# The smallest program worth compiling:   taipan build hello.py -o hello && ./hello
print("Hello, world!")
