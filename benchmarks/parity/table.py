"""The tables of Documentation/parity.md from runs of the specs beside this file:  table.py RUN...

A row named "X, LIBRARY" is compared with the row "X". RankIC is computed here, by scipy, from the
stored predictions: a fold's mean over its dates, the folds' mean for a seed. Where there are several
seeds: their mean and 95 % t-interval, and Welch's interval of the difference; else the largest
difference between two predictions.
"""

import collections
import glob
import json
import sys

import h5py
import numpy as np
from scipy import stats


def rank_ic(date, label, prediction):
    days = np.split(np.arange(len(date)), np.flatnonzero(np.diff(date)) + 1)
    return np.mean([stats.spearmanr(label[d], prediction[d])[0] for d in days])


def interval(values):
    half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{np.mean(values):.4f} ± {half:.4f}"


def compared(ours, theirs):
    """The difference of means and half its interval."""
    a, b = (np.var(v, ddof=1) / len(v) for v in (ours, theirs))
    freedom = (a + b) ** 2 / (a**2 / (len(ours) - 1) + b**2 / (len(theirs) - 1))
    return np.mean(ours) - np.mean(theirs), stats.t.ppf(0.975, freedom) * np.sqrt(a + b)


def table(run):
    with open(f"{run}/spec.json") as file:
        spec = json.load(file)
    scores = collections.defaultdict(lambda: collections.defaultdict(list))
    predictions = collections.defaultdict(dict)
    for path in glob.glob(f"{run}/predictions/*.h5"):
        with h5py.File(path) as file:
            cell = {name: value.decode() for name, value in file["cell"].attrs.items()}
            date, label, prediction = (
                file[f"rows/{name}"][:] for name in ("date", "label", "prediction"))
        if int(cell["seed"]) >= spec["seeds"]:
            continue  # left from a run of more seeds
        scores[cell["name"]][cell["seed"]].append(rank_ic(date, label, prediction))
        predictions[cell["name"]][cell["fold"], cell["seed"]] = prediction
    for name in (family["name"] for family in spec["families"]):
        own, _, library = name.rpartition(", ")
        if own not in scores:
            continue
        ours, theirs = (np.array([np.mean(v) for v in scores[n].values()]) for n in (own, name))
        if len(ours) == 1:
            worst = max(
                np.abs(values - predictions[name][cell]).max()
                for cell, values in predictions[own].items())
            size = np.concatenate(list(predictions[own].values())).std()
            print(f"| {own} | {library} | {ours[0]:.4f} | {theirs[0]:.4f} "
                  f"| {worst:.1e} | {size:.3f} |")
        else:
            gap, half = compared(ours, theirs)
            print(f"| {own} | {library} | {interval(ours)} | {interval(theirs)} "
                  f"| {gap:+.4f} ± {half:.4f} | {'yes' if abs(gap) <= half else 'no'} |")


for run in sys.argv[1:]:
    table(run)
