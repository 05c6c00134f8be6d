def helper():
    raise RuntimeError('while importing')
helper()
