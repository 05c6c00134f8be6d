"""Sources that are right, whatever words their comments hold and wherever their functions stand."""
def f(**k): print(k)
f(a=1,
  release=True  # a for b
)
class s:
    S = {print('a') or (i for i in ()): lambda: 1, 'b': (lambda: 2), (i for i in (1,)): lambda: (j for j in (3,))}
    if 1: d = [q for q in (1,2)]
print(len(s.S), [list(v()) if not isinstance(v(), int) else v() for v in s.S.values()], s.d)
