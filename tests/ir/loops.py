# A counting loop: the condition is tested at the loop's head, the sum stays in a register.
def total(n):
    result = 0
    for i in range(n):
        result += i
    return result


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
