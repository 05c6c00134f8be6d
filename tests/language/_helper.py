value = 10
calls = [__name__]
__all__ = ["public", "value"]
public = "public"
_private = "private"
def double(x): return x * 2
