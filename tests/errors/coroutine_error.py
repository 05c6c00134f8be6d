#: stderr
#: exit 1
async def inner():
    raise ValueError("in coroutine")
async def outer():
    await inner()
try:
    outer().send(None)
except ValueError:
    raise
#: stress
