"""Simulated orders, order and item as CSV on standard output: ORDERS. Deterministic: the seed is fixed, and the first N of more are the N of fewer.

After the generator of Agrawal and Srikant (VLDB 1994): an order is made of a few of 300 patterns of two to five items, of which some items are left out, and of
single items, out of 500 whose popularity falls with their rank. An order has about five items.
"""

import random
import sys
from itertools import accumulate

ITEMS, PATTERNS = 500, 300


def main():
    draw = random.Random(1994)
    items = [f"item {i:03}" for i in range(ITEMS)]
    popular = list(accumulate(1 / (10 + i) for i in range(ITEMS)))
    patterns = [sorted(set(draw.choices(items, cum_weights=popular, k=draw.randint(2, 5)))) for _ in range(PATTERNS)]
    weights = list(accumulate(draw.expovariate(1) for _ in range(PATTERNS)))
    write = sys.stdout.write
    for order in range(1, int(sys.argv[1]) + 1):
        basket = set(draw.choices(items, cum_weights=popular, k=1 + min(int(draw.expovariate(0.4)), 20)))
        if draw.random() < 0.7:
            for pattern in draw.choices(patterns, cum_weights=weights, k=draw.randint(1, 2)):
                basket.update(item for item in pattern if draw.random() < 0.6)
        for item in sorted(basket):
            write(f"{order},{item}\n")


if __name__ == "__main__":
    main()
