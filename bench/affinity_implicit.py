"""scipy's sparse product and the Python library implicit in a process of their own, on one core: reads a request a line and answers a line, both JSON. Only what it
is asked for is in its milliseconds: the rows are there as a table before."""

import json
import os
import sys
import time
import warnings

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
warnings.simplefilter("ignore")

import implicit
import numpy as np
import pandas as pd
import scipy
import scipy.sparse as sparse
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, ItemItemRecommender

tables = {}
matrices = {}


def hello():
    return ", ".join(f"{module.__name__} {module.__version__}" for module in (scipy, implicit, np, pd))


def load(name, file):
    """Rows from CSV: a customer, an item."""
    tables[name] = pd.read_csv(file, header=None, names=["customer", "item"], dtype={"item": str})
    return len(tables[name])


def build(name):
    """Milliseconds of the rows as a matrix of counts, and customers, items and pairs."""
    start = time.perf_counter()
    table = tables[name]
    rows, _ = pd.factorize(table["customer"])
    columns, items = pd.factorize(table["item"])
    # Cells that occur twice are added up.
    matrix = sparse.csr_matrix((np.ones(len(table)), (rows, columns)))
    milliseconds = (time.perf_counter() - start) * 1000
    matrices[name] = matrix, items
    return milliseconds, [*matrix.shape, matrix.nnz]


def nearest(items, similarity, most):
    """The nearest of each item, without itself: name, names and scores."""
    found = {}
    for i in range(similarity.shape[0]):
        part = slice(similarity.indptr[i], similarity.indptr[i + 1])
        near = [(-score, items[j]) for j, score in zip(similarity.indices[part], similarity.data[part]) if j != i]
        found[items[i]] = [-score for score, _ in sorted(near)[:most]]
    return found


def product(name, most):
    """Cosine of what is held by scipy: the product of the normalized matrix with itself, and the largest of each row."""
    matrix, items = matrices[name]
    start = time.perf_counter()
    held = matrix.copy()
    held.data[:] = 1
    normalized = held @ sparse.diags(1 / np.sqrt(np.asarray(held.sum(axis=0)).ravel()))
    similarity = (normalized.T @ normalized).tocsr()
    rows, columns, scores = [], [], []
    for i in range(similarity.shape[0]):
        part = slice(similarity.indptr[i], similarity.indptr[i + 1])
        data = similarity.data[part]
        kept = np.argpartition(-data, most)[: most + 1] if len(data) > most + 1 else np.arange(len(data))
        rows.append(np.full(len(kept), i))
        columns.append(similarity.indices[part][kept])
        scores.append(data[kept])
    best = sparse.csr_matrix((np.concatenate(scores), (np.concatenate(rows), np.concatenate(columns))), shape=similarity.shape)
    milliseconds = (time.perf_counter() - start) * 1000
    return milliseconds, nearest(items, best, most)


def fit(name, model, most):
    """A recommender of implicit. It counts an item as its own neighbour, so it is asked for one more."""
    matrix, items = matrices[name]
    held = matrix
    if model != "bm25":
        held = matrix.copy()
        held.data[:] = 1
    recommender = {
        "cosine": lambda: CosineRecommender(K=most + 1, num_threads=1),
        "dot": lambda: ItemItemRecommender(K=most + 1, num_threads=1),
        "bm25": lambda: BM25Recommender(K=most + 1, K1=100, B=0.8, num_threads=1),
    }[model]()
    start = time.perf_counter()
    recommender.fit(held, show_progress=False)
    milliseconds = (time.perf_counter() - start) * 1000
    return milliseconds, nearest(items, recommender.similarity.tocsr(), most)


for line in sys.stdin:
    name, *arguments = json.loads(line)
    print(json.dumps({"hello": hello, "load": load, "build": build, "product": product, "fit": fit}[name](*arguments)), flush=True)
