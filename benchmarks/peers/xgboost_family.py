"""Predictions and SHAP values of XGBoost's Python package with the families' parameters.

For ModelsTests; the rows are those of an existing golden of sklearn_linear.py. `seed` is what the test
names as XGBoost's. Run with xgboost 1.7.4 (another version may grow other trees):
    python benchmarks/peers/xgboost_family.py Tests/ModelsTests/Goldens/linear.json \
        Tests/ModelsTests/Goldens/trees.json
"""

import json
import sys

import numpy as np
import xgboost as xgb

SEED = 12345
FOREST = {
    "objective": "reg:squarederror", "tree_method": "hist", "num_parallel_tree": 30,
    "learning_rate": 1, "max_depth": 5, "subsample": 0.632, "colsample_bynode": 0.5,
    "min_child_weight": 5, "reg_lambda": 0,
}
BOOSTED = {
    "objective": "reg:squarederror", "tree_method": "hist", "eval_metric": "rmse",
    "learning_rate": 0.1, "max_depth": 3, "min_child_weight": 4, "subsample": 0.8,
    "colsample_bytree": 0.6, "reg_lambda": 3, "reg_alpha": 0.5,
}


def floats(values):
    return [float(v) for v in np.ravel(values)]


def main(source, path):
    with open(source) as file:
        rows = json.load(file)
    x = np.array(rows["values"], dtype=np.float32).reshape(-1, rows["columns"])
    y = np.array(rows["labels"], dtype=np.float32)
    day = np.repeat(np.arange(rows["dates"]), rows["assets"])
    train, test = day < rows["train"], day >= rows["train"] + rows["validation"]
    validation = ~train & ~test
    mean = float(np.mean(y[train].astype(np.float64)))
    fitted, watched = (xgb.DMatrix(x[s], label=y[s], nthread=1) for s in (train, validation))
    asked = xgb.DMatrix(x[test], nthread=1)
    common = {"nthread": 1, "seed": SEED, "base_score": mean}

    forest = xgb.train({**FOREST, **common}, fitted, 1)
    history = {}
    boosted = xgb.train(
        {**BOOSTED, **common}, fitted, 200, evals=[(watched, "watched")], early_stopping_rounds=11,
        evals_result=history, verbose_eval=False)
    rounds = boosted.best_iteration + 1
    boosted = boosted[:rounds]
    alone = xgb.train({**BOOSTED, **common}, fitted, 15)

    def golden(model):
        values = model.predict(asked, pred_contribs=True)
        return {
            "predictions": floats(model.predict(asked)), "contributions": floats(values[:, :-1]),
            "base": float(values[0, -1])}

    with open(path, "w") as file:
        json.dump({
            "version": xgb.__version__, "seed": SEED, "forest": golden(forest),
            "boosted": {**golden(boosted), "rounds": rounds, "score": min(history["watched"]["rmse"])},
            "alone": golden(alone)}, file)
        file.write("\n")


main(sys.argv[1], sys.argv[2])
