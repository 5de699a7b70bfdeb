"""XGBoost's own Python package, with the parameters of the families:

    xgboost_trees.py random_forest|gbdt ROW_SHARE COLUMN_SHARE
"""

import sys

import numpy as np
import xgboost as xgb
from rows import read, seed, write

family, row_share, column_share = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
train, validation, test = read("train"), read("validation"), read("test")


def matrix(rows):
    label = rows.label if len(rows.label) else None
    return xgb.DMatrix(rows.features, label=label, nthread=1)


common = {
    "objective": "reg:squarederror", "tree_method": "hist", "nthread": 1, "seed": seed(),
    "min_child_weight": 20, "subsample": row_share,
    "base_score": float(np.mean(train.label.astype(np.float64)))}
if family == "random_forest":
    forest = {
        "num_parallel_tree": 200, "learning_rate": 1, "max_depth": 8, "reg_lambda": 0,
        "colsample_bynode": column_share}
    model = xgb.train({**common, **forest}, matrix(train), 1)
else:
    boosted = {
        "learning_rate": 0.05, "max_depth": 4, "colsample_bytree": column_share, "reg_lambda": 50,
        "reg_alpha": 0, "eval_metric": "rmse"}
    model = xgb.train(
        {**common, **boosted}, matrix(train), 400, evals=[(matrix(validation), "validation")],
        early_stopping_rounds=40, verbose_eval=False)
    model = model[: model.best_iteration + 1]
write(model.predict(matrix(test)))
