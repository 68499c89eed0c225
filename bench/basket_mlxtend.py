"""The Python library mlxtend in a process of its own, on one core: reads a request a line and answers a line, both JSON. Only what it is asked for is in its
milliseconds: baskets are there as lists before."""

import json
import os
import sys
import time
import warnings

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
warnings.simplefilter("ignore")

import mlxtend
import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import association_rules, fpgrowth
from mlxtend.preprocessing import TransactionEncoder

tables = {}


def hello():
    return ", ".join(f"{module.__name__} {module.__version__}" for module in (mlxtend, np, pd))


def load(name, file):
    """Baskets from a file with a JSON list a line."""
    with open(file, encoding="utf-8") as lines:
        tables[name] = [json.loads(line) for line in lines]
    return len(tables[name])


def rules(name, support, confidence):
    """Milliseconds of encoding, itemsets and rules, each, and of all rules with one consequent what both can say."""
    start = time.perf_counter()
    encoder = TransactionEncoder()
    encoded = pd.DataFrame(encoder.fit(tables[name]).transform(tables[name]), columns=encoder.columns_)
    sets = fpgrowth(encoded, min_support=support, use_colnames=True)
    mined = time.perf_counter()
    found = association_rules(sets, metric="confidence", min_threshold=confidence)
    end = time.perf_counter()
    n = len(tables[name])
    answer = [(sorted(left), sorted(right), round(share * n), lift) for left, right, share, lift
              in zip(found["antecedents"], found["consequents"], found["support"], found["lift"]) if len(right) == 1]
    return (end - start) * 1000, {"mining": (mined - start) * 1000, "itemsets": len(sets), "rules": answer}


REQUESTS = {function.__name__: function for function in (hello, load, rules)}

for line in sys.stdin:
    name, *arguments = json.loads(line)
    print(json.dumps(REQUESTS[name](*arguments)), flush=True)
