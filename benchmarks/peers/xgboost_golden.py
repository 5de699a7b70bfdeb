"""Predictions, SHAP values and gains of XGBoost's own Python package, for TreesTests.

Run with xgboost 1.7.4 (another version may differ in the last digits):
    python benchmarks/peers/xgboost_golden.py Tests/TreesTests/Goldens/xgboost.json
"""

import json
import sys

import numpy as np
import xgboost as xgb

ROWS, TRAIN, COLUMNS = 160, 110, 5

BOOSTED = {
    "objective": "reg:squarederror", "tree_method": "hist", "max_depth": "4",
    "learning_rate": "0.1", "reg_lambda": "1", "min_child_weight": "2", "seed": "7",
}
FOREST = {
    "objective": "reg:squarederror", "tree_method": "hist", "num_parallel_tree": "20",
    "learning_rate": "1", "max_depth": "5", "subsample": "0.632", "colsample_bynode": "0.5",
    "min_child_weight": "1.0", "reg_lambda": "0", "base_score": "0.25", "seed": "11",
}


def rounded(values):
    return [None if np.isnan(v) else float(np.float32(v)) for v in np.ravel(values)]


def gains(booster):
    scores = booster.get_score(importance_type="gain")
    return [float(scores.get(f"f{i}", 0)) for i in range(COLUMNS)]


def main(path):
    rng = np.random.default_rng(20)
    x = np.round(rng.normal(size=(ROWS, COLUMNS)), 3).astype(np.float32)
    y = np.round(x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.3 * rng.normal(size=ROWS), 3)
    x[rng.random(x.shape) < 0.05] = np.nan
    w = np.round(rng.uniform(0.5, 1.5, size=TRAIN), 3)
    train = xgb.DMatrix(x[:TRAIN], label=y[:TRAIN], nthread=1)
    weighted = xgb.DMatrix(x[:TRAIN], label=y[:TRAIN], weight=w, nthread=1)
    rest = xgb.DMatrix(x[TRAIN:], label=y[TRAIN:], nthread=1)

    history = {}
    boosted = xgb.train(
        {**BOOSTED, "nthread": 1}, train, 200, evals=[(rest, "watched")],
        early_stopping_rounds=5, evals_result=history, verbose_eval=False)
    boosted = boosted[: boosted.best_iteration + 1]
    forest = xgb.train({**FOREST, "nthread": 1}, train, 1)
    heavy = xgb.train({**BOOSTED, "nthread": 1}, weighted, 10)
    golden = {
        "version": xgb.__version__, "columns": COLUMNS, "train": TRAIN,
        "values": rounded(x), "labels": rounded(y), "weights": rounded(w),
        "boosted": {
            "parameters": BOOSTED, "rounds": boosted.num_boosted_rounds(),
            "scores": history["watched"]["rmse"],
            "predictions": rounded(boosted.predict(rest)),
            "contributions": rounded(boosted.predict(rest, pred_contribs=True)),
            "gains": gains(boosted),
        },
        "forest": {
            "parameters": FOREST, "rounds": 1, "predictions": rounded(forest.predict(rest)),
            "contributions": rounded(forest.predict(rest, pred_contribs=True)),
            "gains": gains(forest), "scores": [],
        },
        "weighted": {
            "parameters": BOOSTED, "rounds": 10, "predictions": rounded(heavy.predict(rest)),
            "contributions": [], "gains": gains(heavy), "scores": [],
        },
    }
    with open(path, "w") as file:
        json.dump(golden, file)
        file.write("\n")


main(sys.argv[1])
