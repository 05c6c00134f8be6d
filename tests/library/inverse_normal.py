"""_statistics: the inverse normal distribution."""
from _statistics import _normal_dist_inv_cdf as inverse

for args in [(0.5, 0, 1), (0, 0, 1), (1, 0, 1), ("a", 0, 1), (0.3, 0, 0), (2, 0, 1), (0.3, 0, -1), (0.3, 0), (float("nan"), 0, 1)]:
    try:
        print(args, inverse(*args))
    except Exception as e:
        print(args, type(e).__name__, e)
for i in range(1, 200):
    print(f"{inverse(i / 200, 10, 2.5):.13g}", end=" ")
for i in range(1, 300, 7):
    print(f"{inverse(10.0**-i, 0, 1):.13g}", end=" ")
print()
#: stress
