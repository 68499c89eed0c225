"""The Python library lifetimes in a process of its own, on one core: reads a request a line and answers a line, both JSON. Only what it is asked for is in its
milliseconds: data are there as arrays before."""

import json
import os
import sys
import time
import warnings

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
warnings.simplefilter("ignore")

import lifetimes
import numpy as np
import pandas as pd
import scipy

FITTERS = {"bgnbd": lifetimes.BetaGeoFitter, "mbgnbd": lifetimes.ModifiedBetaGeoFitter, "pareto_nbd": lifetimes.ParetoNBDFitter, "gamma_gamma": lifetimes.GammaGammaFitter}
NAMES = {"bgnbd": "r alpha a b", "mbgnbd": "r alpha a b", "pareto_nbd": "r alpha s beta", "gamma_gamma": "p q v"}
WEEK = 7
tables = {}


def hello():
    versions = ", ".join(f"{module.__name__} {module.__version__}" for module in (lifetimes, np, scipy, pd))
    return versions, os.path.join(os.path.dirname(lifetimes.__file__), "datasets", "CDNOW_sample.txt")


def load(name, file):
    """Customers from CSV: repeat purchases, days from the first to the last, days observed, mean repeat amount. Times in weeks from here on."""
    table = pd.read_csv(file, header=None, names=["x", "t_x", "T", "mean"])
    table[["t_x", "T"]] /= WEEK
    tables[name] = table
    return len(table)


def group(name):
    """Leaves distinct histories with their counts as the table `name distinct`; milliseconds and rows."""
    start = time.perf_counter()
    grouped = tables[name].groupby(["x", "t_x", "T"]).size().reset_index(name="weight")
    milliseconds = (time.perf_counter() - start) * 1000
    tables[name + " distinct"] = grouped
    return milliseconds, len(grouped)


def columns(model, name):
    table = tables[name]
    if model == "gamma_gamma":
        table = table[(table["x"] > 0) & (table["mean"] > 0)]
        return table["x"].values, table["mean"].values
    return table["x"].values, table["t_x"].values, table["T"].values


def fit(model, name):
    """Milliseconds and parameters; None instead of them when it gives up."""
    arguments = columns(model, name)
    weights = tables[name].get("weight")
    # The library starts the Pareto/NBD at random.
    np.random.seed(1)
    fitter = FITTERS[model]()
    start = time.perf_counter()
    try:
        fitter.fit(*arguments, weights=None if weights is None else weights.values)
    except lifetimes.utils.ConvergenceError:
        return (time.perf_counter() - start) * 1000, None
    milliseconds = (time.perf_counter() - start) * 1000
    return milliseconds, {name: float(fitter.params_[name]) for name in NAMES[model].split()}


def likelihood(model, name, parameters):
    """The log-likelihood of all customers by the library's own formula."""
    values = np.array([parameters[name] for name in NAMES[model].split()])
    arguments = columns(model, name)
    ones = np.ones(len(arguments[0]))
    if model == "pareto_nbd":
        return -float(FITTERS[model]._negative_log_likelihood(values, *arguments, ones, 0))
    return -float(FITTERS[model]._negative_log_likelihood(np.log(values), *arguments, ones, 0)) * len(ones)


def predict(what, model, name, parameters, *horizon):
    """Milliseconds for all customers, and the sum."""
    fitter = FITTERS[model]()
    fitter.params_ = pd.Series(parameters)
    arguments = columns(model, name)
    function = getattr(fitter, {"p_alive": "conditional_probability_alive", "expected_purchases": "conditional_expected_number_of_purchases_up_to_time"}[what])
    start = time.perf_counter()
    values = function(*horizon, *arguments)
    milliseconds = (time.perf_counter() - start) * 1000
    return milliseconds, float(values.sum())


VERBS = {"hello": hello, "load": load, "group": group, "fit": fit, "likelihood": likelihood, "predict": predict}
# The library prints; what it prints is not an answer.
answers, sys.stdout = sys.stdout, open(os.devnull, "w")
for line in sys.stdin:
    verb, *arguments = json.loads(line)
    print(json.dumps(VERBS[verb](*arguments)), file=answers, flush=True)
