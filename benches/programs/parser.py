# A tokenizer, a recursive-descent parser and an evaluator over tuples and a class per node.
# small: 20
import sys

class Num:
    def __init__(self, value):
        self.value = value

    def eval(self, env):
        return self.value

class Name:
    def __init__(self, name):
        self.name = name

    def eval(self, env):
        return env[self.name]

class Binary:
    def __init__(self, op, left, right):
        self.op, self.left, self.right = op, left, right

    def eval(self, env):
        a, b = self.left.eval(env), self.right.eval(env)
        op = self.op
        if op == "+":
            return a + b
        if op == "-":
            return a - b
        if op == "*":
            return a * b % 1000003
        return a // b if b else 0

class Negate:
    def __init__(self, operand):
        self.operand = operand

    def eval(self, env):
        return -self.operand.eval(env)

def tokenize(text):
    tokens = []
    i = 0
    while i < len(text):
        c = text[i]
        if c == " ":
            i += 1
        elif c.isdigit():
            start = i
            while i < len(text) and text[i].isdigit():
                i += 1
            tokens.append(("num", int(text[start:i])))
        elif c.isalpha():
            start = i
            while i < len(text) and text[i].isalnum():
                i += 1
            tokens.append(("name", text[start:i]))
        else:
            tokens.append(("op", c))
            i += 1
    tokens.append(("end", None))
    return tokens

class Parser:
    def __init__(self, text):
        self.tokens = tokenize(text)
        self.at = 0

    def peek(self):
        return self.tokens[self.at]

    def take(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expression(self):
        node = self.term()
        while self.peek()[1] in ("+", "-"):
            op = self.take()[1]
            node = Binary(op, node, self.term())
        return node

    def term(self):
        node = self.factor()
        while self.peek()[1] in ("*", "/"):
            op = self.take()[1]
            node = Binary(op, node, self.factor())
        return node

    def factor(self):
        kind, value = self.take()
        if kind == "num":
            return Num(value)
        if kind == "name":
            return Name(value)
        if value == "-":
            return Negate(self.factor())
        if value == "(":
            node = self.expression()
            if self.take()[1] != ")":
                raise SyntaxError("missing parenthesis")
            return node
        raise SyntaxError(f"unexpected {value!r}")

def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 60000
    total = 0
    for i in range(n):
        source = f"({i} + alpha * 3) * (beta - {i % 13}) / (7 + -2) - gamma1 * ({i % 7} + (alpha - {i}))"
        tree = Parser(source).expression()
        for x in range(6):
            total = (total + tree.eval({"alpha": x, "beta": i, "gamma1": x * i})) % 1000003
    print(total)

main()
