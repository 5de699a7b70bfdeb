"""Predictions of scikit-learn's LinearSVR, SVR and Nystroem, and the choice of C and epsilon by them.

For ModelsTests; the rows are those of an existing golden of sklearn_linear.py. Run:
    python benchmarks/peers/sklearn_svr_family.py Tests/ModelsTests/Goldens/linear.json \
        Tests/ModelsTests/Goldens/svr_family.json
"""

import json
import math
import sys
import warnings

import numpy as np
import sklearn
from scipy.stats import spearmanr
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVR, LinearSVR


def floats(values):
    return [float(v) for v in np.ravel(values)]


def landmarks(limit, count):
    """The rows that qbench takes: along the golden ratio."""
    golden = (math.sqrt(5) - 1) / 2
    return sorted({min(count - 1, int(((k * golden) % 1) * count)) for k in range(1, limit + 1)})


class Machine:
    """A kernel, a loss, and what to do with the features before fitting."""

    def __init__(self, kernel, loss, gamma=None, marks=0):
        self.kernel, self.loss, self.gamma, self.marks = kernel, loss, gamma, marks

    def model(self, cost, epsilon):
        if self.kernel == "rbf" and not self.marks:
            return SVR(kernel="rbf", gamma=self.gamma or "scale", C=cost, epsilon=epsilon, tol=1e-8)
        return LinearSVR(
            loss=self.loss, dual=self.loss == "epsilon_insensitive", C=cost, epsilon=epsilon,
            tol=1e-9, max_iter=10_000_000, random_state=0)

    def features(self, x, train):
        """As scikit-learn's Nystroem, but with given landmarks."""
        if not self.marks:
            return x
        points = train[landmarks(self.marks, len(train))]
        gamma = self.gamma or 1 / (x.shape[1] * train.var())
        u, s, v = np.linalg.svd(rbf_kernel(points, points, gamma))
        keep = s > 1e-10 * s[0]
        return rbf_kernel(x, points, gamma) @ (u[:, keep] / np.sqrt(s[keep]))


def main(source, path):
    warnings.filterwarnings("ignore")
    with open(source) as file:
        rows = json.load(file)
    x = np.array(rows["values"]).reshape(-1, rows["columns"])
    y = np.array(rows["labels"])
    day = np.repeat(np.arange(rows["dates"]), rows["assets"])
    train, test = day < rows["train"], day >= rows["train"] + rows["validation"]
    validation = ~train & ~test

    cases = []
    for kernel, loss, gamma, marks, cost, epsilon in [
        ("linear", "squared_epsilon_insensitive", None, 0, 1.0, 0.1),
        ("linear", "squared_epsilon_insensitive", None, 0, 0.002, 0.5),
        ("linear", "epsilon_insensitive", None, 0, 0.01, 0.3),
        ("rbf", "epsilon_insensitive", None, 0, 0.5, 0.2),
        ("rbf", "epsilon_insensitive", 0.02, 0, 2.0, 0.5),
        ("rbf", "squared_epsilon_insensitive", None, 40, 0.1, 0.2),
        ("rbf", "epsilon_insensitive", 0.05, 25, 0.2, 0.5),
    ]:
        machine = Machine(kernel, loss, gamma, marks)
        given = machine.features(x, x[train])
        fitted = machine.model(cost, epsilon).fit(given[train], y[train])
        cases.append({
            "kernel": kernel, "loss": loss, "gamma": gamma or 0, "landmarks": marks,
            "cost": cost, "epsilon": epsilon, "predictions": floats(fitted.predict(given[test]))})

    choices = []
    costs, epsilons = [0.0003, 0.003, 0.03, 0.3], [0.0, 0.4, 1.2]
    for kernel, select in [("linear", "rank_ic"), ("linear", "mse"), ("rbf", "rank_ic"), ("rbf", "mse")]:
        machine = Machine(kernel, "squared_epsilon_insensitive")

        def visit(cost, epsilon):
            fitted = machine.model(cost, epsilon).fit(x[train], y[train])
            p = fitted.predict(x[validation])
            if select == "mse":
                score = -float(np.mean((p - y[validation]) ** 2))
            else:
                score = float(np.mean([
                    spearmanr(p[day[validation] == d], y[validation & (day == d)])[0]
                    for d in np.unique(day[validation])]))
            return score, cost, epsilon, floats(fitted.predict(x[test]))

        best = max((visit(cost, epsilons[1]) for cost in costs), key=lambda v: v[0])
        for epsilon in [epsilons[0], epsilons[2]]:
            other = visit(best[1], epsilon)
            best = other if other[0] > best[0] else best
        choices.append({
            "kernel": kernel, "select": select, "costs": costs, "epsilons": epsilons,
            "cost": best[1], "epsilon": best[2], "score": abs(best[0]), "predictions": best[3]})

    with open(path, "w") as file:
        json.dump({"version": sklearn.__version__, "cases": cases, "choices": choices}, file)
        file.write("\n")


main(sys.argv[1], sys.argv[2])
