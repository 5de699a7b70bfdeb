#!/usr/bin/env python3
"""A model for qbench's `external` family, in scikit-learn.

Gradient-boosted trees over the features of a row; their depth is chosen on the validation rows by
the mean daily rank correlation. Needs h5py, numpy and scikit-learn:

    families: [{ id: "external", name: "sklearn", hyperparameters: {
      command: ["python3", "Examples/external/sklearn_model.py"] } }]
"""

import os

import h5py
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor


def read(path):
    with h5py.File(path) as file:
        label = file["label"][:] if "label" in file else None
        return file["features"][:], file["date"][:], label


def ranks(values):
    return np.argsort(np.argsort(values))


def mean_rank_correlation(predictions, labels, dates):
    daily = []
    for date in np.unique(dates):
        rows = dates == date
        if rows.sum() > 2 and np.ptp(predictions[rows]) > 0:
            daily.append(np.corrcoef(ranks(predictions[rows]), ranks(labels[rows]))[0, 1])
    return np.mean(daily) if daily else -1.0


def fitted(features, labels, depth, seed):
    model = HistGradientBoostingRegressor(
        max_depth=depth, max_iter=50, learning_rate=0.05, early_stopping=False, random_state=seed
    )
    return model.fit(features, labels)


def main():
    seed = int(os.environ["QBENCH_SEED"])
    features, _, labels = read(os.environ["QBENCH_TRAIN"])
    depths = [2, 4]
    models = [fitted(features, labels, depth, seed) for depth in depths]

    best = models[0]
    if os.environ["QBENCH_VALIDATION"]:  # empty where the spec holds out no rows
        watched, dates, truth = read(os.environ["QBENCH_VALIDATION"])
        best = max(
            models, key=lambda model: mean_rank_correlation(model.predict(watched), truth, dates)
        )

    unseen, _, _ = read(os.environ["QBENCH_TEST"])  # has no labels
    with h5py.File(os.environ["QBENCH_OUTPUT"], "w") as file:
        file["predictions"] = best.predict(unseen)


if __name__ == "__main__":
    main()
