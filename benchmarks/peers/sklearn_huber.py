"""Predictions of scikit-learn's HuberRegressor, for ModelsTests.

The rows are those of an existing golden of sklearn_linear.py, with some of the labels made outliers.
Its solver stops up to 1e-4 short of the minimum, whatever `tol` says, so its own objective is minimised
further from there. Run:
    python benchmarks/peers/sklearn_huber.py Tests/ModelsTests/Goldens/linear.json \
        Tests/ModelsTests/Goldens/huber.json
"""

import json
import sys

import numpy as np
import sklearn
from scipy.optimize import minimize
from sklearn.linear_model import HuberRegressor
from sklearn.linear_model._huber import _huber_loss_and_gradient


def floats(values):
    return [float(v) for v in np.ravel(values)]


def main(source, path):
    with open(source) as file:
        rows = json.load(file)
    x = np.array(rows["values"]).reshape(-1, rows["columns"])
    y = np.array(rows["labels"], dtype=np.float32)
    y[::9] += np.float32(6)
    y[4::17] -= np.float32(15)
    day = np.repeat(np.arange(rows["dates"]), rows["assets"])
    train = day < rows["train"]
    both, test = day < rows["train"] + rows["validation"], day >= rows["train"] + rows["validation"]
    cases = []
    for strength, epsilon, intercept in [
        (1e-4, 1.35, True), (10.0, 1.35, True), (10.0, 1.1, False), (300.0, 2.5, True)
    ]:
        case = {"strength": strength, "epsilon": epsilon, "intercept": intercept}
        for name, chosen, alpha in [
            ("predictions", train, strength), ("refitted", both, strength * both.sum() / train.sum())
        ]:
            model = HuberRegressor(
                epsilon=epsilon, alpha=alpha, fit_intercept=intercept, tol=1e-10, max_iter=100_000)
            model.fit(x[chosen], y[chosen].astype(float))
            found = np.r_[model.coef_, [model.intercept_] * intercept, model.scale_]
            given = (x[chosen], y[chosen].astype(float), epsilon, alpha, np.ones(chosen.sum()))
            for _ in range(3):
                found = minimize(
                    _huber_loss_and_gradient, found, args=given, jac=True, method="BFGS",
                    options={"gtol": 1e-9}).x
            model.coef_ = found[: x.shape[1]]
            model.intercept_ = found[x.shape[1]] if intercept else 0.0
            model.scale_ = found[-1]
            case[name] = floats(model.predict(x[test]))
            case[name + "_scale"] = float(model.scale_)
        cases.append(case)
    with open(path, "w") as file:
        json.dump({"version": sklearn.__version__, "labels": floats(y), "cases": cases}, file)
        file.write("\n")


main(sys.argv[1], sys.argv[2])
