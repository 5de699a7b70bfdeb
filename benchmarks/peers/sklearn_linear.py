"""Predictions of scikit-learn's linear models, for ModelsTests.

The features are written as they are given to the models: the test's transform changes nothing.
Two columns are collinear and one is constant. Run:
    python benchmarks/peers/sklearn_linear.py Tests/ModelsTests/Goldens/linear.json
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from scipy.stats import spearmanr
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge

DATES, ASSETS, COLUMNS, TRAIN, VALIDATION = 40, 10, 7, 24, 8


def floats(values):
    return [float(v) for v in np.ravel(values)]


def model(penalty, strength, share, intercept):
    strict = {"fit_intercept": intercept, "tol": 1e-12, "max_iter": 10_000_000}
    if penalty == "ols":
        return LinearRegression(fit_intercept=intercept)
    if penalty == "ridge":
        return Ridge(alpha=strength, fit_intercept=intercept, solver="svd")
    if penalty == "lasso":
        return Lasso(alpha=strength, **strict)
    return ElasticNet(alpha=strength, l1_ratio=share, **strict)


def main(path):
    warnings.filterwarnings("ignore")
    rng = np.random.default_rng(3)
    rows = DATES * ASSETS
    x = np.round(np.clip(rng.normal(size=(rows, COLUMNS)), -2.9, 2.9), 3)
    x[:, 1] = np.round(np.clip(x[:, 0] + 0.3 * x[:, 1], -2.9, 2.9), 3)
    x[:, 5] = x[:, 4]
    x[:, 6] = 1.5
    x = x.astype(np.float32)
    y = 0.2 * x[:, 0] - 0.1 * x[:, 2] + 0.05 * x[:, 4] + 0.3 + rng.normal(size=rows)
    y = np.round(y, 3).astype(np.float32)
    day = np.repeat(np.arange(DATES), ASSETS)
    train, test = day < TRAIN, day >= TRAIN + VALIDATION
    validation = ~train & ~test
    xd, yd = x.astype(float), y.astype(float)

    cases = []
    for penalty, strengths, share, intercept in [
        ("ols", [0.0], 0.5, True), ("ols", [0.0], 0.5, False),
        ("ridge", [10.0], 0.5, True), ("ridge", [300.0], 0.5, False),
        ("lasso", [0.05], 0.5, True), ("lasso", [0.01], 0.5, False),
        ("elastic_net", [0.05], 0.3, True), ("elastic_net", [0.02], 0.7, False),
    ]:
        fitted = model(penalty, strengths[0], share, intercept).fit(xd[train], yd[train])
        cases.append({
            "penalty": penalty, "strengths": strengths, "l1Ratio": share, "intercept": intercept,
            "strength": strengths[0], "nonzero": int(np.sum(np.abs(fitted.coef_) > 1e-9)),
            "predictions": floats(fitted.predict(xd[test]))})

    choices = []
    for penalty, strengths in [
        ("ridge", [1e4, 1e3, 1e2, 10.0, 1.0]),
        ("lasso", [1.0, 0.1, 0.05, 0.02, 0.01, 0.001]),
        ("elastic_net", [0.4, 0.2, 0.1, 0.05, 0.01]),
    ]:
        for select in ["rank_ic", "mse"]:
            best = None
            for strength in strengths:
                fitted = model(penalty, strength, 0.5, True).fit(xd[train], yd[train])
                p = fitted.predict(xd[validation])
                if select == "mse":
                    score = -float(np.mean((p - yd[validation]) ** 2))
                else:
                    daily = [
                        spearmanr(p[day[validation] == d], yd[validation & (day == d)])[0]
                        for d in np.unique(day[validation])]
                    score = float(np.mean(daily))
                if not np.isnan(score) and (best is None or score > best[0]):
                    best = (score, strength, fitted)
            both = train | validation
            scaled = best[1] * (both.sum() / train.sum() if penalty == "ridge" else 1)
            refitted = model(penalty, scaled, 0.5, True).fit(xd[both], yd[both])
            choices.append({
                "penalty": penalty, "strengths": strengths, "select": select,
                "strength": best[1], "score": abs(best[0]) if select == "mse" else best[0],
                "predictions": floats(best[2].predict(xd[test])),
                "refitted": floats(refitted.predict(xd[test]))})

    with open(path, "w") as file:
        json.dump({
            "version": sklearn.__version__, "dates": DATES, "assets": ASSETS, "columns": COLUMNS,
            "train": TRAIN, "validation": VALIDATION, "values": floats(x), "labels": floats(y),
            "cases": cases, "choices": choices}, file)
        file.write("\n")


main(sys.argv[1])
