"""Predictions of scikit-learn's LinearSVR and SVR, for SupportVectorsTests.

scikit-learn carries its own copies of liblinear and libsvm. Run:
    python benchmarks/peers/sklearn_svr.py Tests/SupportVectorsTests/Goldens/svr.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.svm import SVR, LinearSVR

ROWS, TRAIN, COLUMNS = 140, 100, 4

LINEAR = [
    ("squaredLossPrimal", "squared_epsilon_insensitive", False, 1.0, 0.1, 1.0),
    ("squaredLossPrimal", "squared_epsilon_insensitive", False, 0.01, 0.0, 2.0),
    ("squaredLossPrimal", "squared_epsilon_insensitive", False, 1.0, 0.1, None),
    ("squaredLossDual", "squared_epsilon_insensitive", True, 0.5, 0.2, 1.0),
    ("absoluteLossDual", "epsilon_insensitive", True, 0.5, 0.1, 1.0),
    ("absoluteLossDual", "epsilon_insensitive", True, 0.05, 0.3, None),
]
KERNEL = [
    ("linear", None, 1.0, 0.1), ("linear", None, 0.05, 0.3),
    ("rbf", 0.25, 1.0, 0.1), ("rbf", 0.05, 10.0, 0.01),
]


def floats(values):
    return [float(v) for v in np.ravel(values)]


def main(path):
    rng = np.random.default_rng(5)
    x = np.round(rng.normal(size=(ROWS, COLUMNS)), 3).astype(np.float32)
    x[rng.random(x.shape) < 0.1] = 0
    y = x @ [0.5, -0.3, 0.0, 0.2] + np.tanh(x[:, 0] * x[:, 1]) + 0.4 + 0.2 * rng.normal(size=ROWS)
    y = np.round(y, 3).astype(np.float32)
    train, rest = x[:TRAIN].astype(float), x[TRAIN:].astype(float)
    linear = []
    for solver, loss, dual, cost, epsilon, bias in LINEAR:
        model = LinearSVR(
            loss=loss, dual=dual, C=cost, epsilon=epsilon, fit_intercept=bias is not None,
            intercept_scaling=bias or 1.0, tol=1e-9, max_iter=1_000_000, random_state=0)
        model.fit(train, y[:TRAIN])
        linear.append({
            "solver": solver, "cost": cost, "epsilon": epsilon, "bias": bias,
            "weights": floats(model.coef_), "intercept": float(np.ravel(model.intercept_)[0]),
            "predictions": floats(model.predict(rest))})
    kernels = []
    for kernel, gamma, cost, epsilon in KERNEL:
        model = SVR(kernel=kernel, gamma=gamma or "scale", C=cost, epsilon=epsilon, tol=1e-6)
        model.fit(train, y[:TRAIN])
        kernels.append({
            "gamma": gamma, "cost": cost, "epsilon": epsilon,
            "supportVectors": int(model.n_support_[0]),
            "predictions": floats(model.predict(rest))})
    with open(path, "w") as file:
        json.dump({
            "version": sklearn.__version__, "columns": COLUMNS, "train": TRAIN,
            "values": floats(x), "labels": floats(y), "linear": linear, "kernel": kernels}, file)
        file.write("\n")


main(sys.argv[1])
