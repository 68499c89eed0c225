"""Simulated customers, figures as CSV on standard output: CUSTOMERS. Deterministic: the seed is fixed, and the first N of more are the N of fewer.

Pareto/NBD in weeks with the parameters of the CDNOW sample, gamma-gamma amounts with its parameters too: everybody joins on some day of 39 weeks, and everybody is
observed until 78 weeks after the first of them. Purchases of one day are one.
"""

import random
import sys
from datetime import date, timedelta

START, JOINING, OBSERVED = date(2025, 1, 1), 39 * 7, 78 * 7
AS_OF = START + timedelta(OBSERVED)
R, ALPHA, S, BETA = 0.55, 10.6 * 7, 0.6, 11.7 * 7
P, Q, V = 6.25, 3.74, 15.4


def figures(draw):
    """Day of the first and of the last purchase, days with a purchase, their total, and that of the first day."""
    first = draw.randrange(JOINING)
    rate = draw.gammavariate(R, 1 / ALPHA)
    leaves = min(draw.expovariate(draw.gammavariate(S, 1 / BETA)), OBSERVED - first)
    days = {0}
    at = draw.expovariate(rate)
    while at < leaves:
        days.add(int(at) + 1)
        at += draw.expovariate(rate)
    level = 1 / draw.gammavariate(Q, 1 / V)
    first_total, total = draw.gammavariate(P, level), 0
    if len(days) > 1:
        total = draw.gammavariate(P * (len(days) - 1), level)
    cents = max(round(100 * first_total), 1)
    return START + timedelta(first), START + timedelta(first + max(days)), len(days), cents + max(round(100 * total), len(days) - 1), cents


def main():
    draw = random.Random(1987)
    for customer in range(1, int(sys.argv[1]) + 1):
        first_day, last_day, frequency, total, first_total = figures(draw)
        print(f"{customer},{first_day},{last_day},{frequency},{total / 100:.2f},{first_total / 100:.2f}")


if __name__ == "__main__":
    main()
