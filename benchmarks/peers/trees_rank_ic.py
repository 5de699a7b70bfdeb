"""RankIC of XGBoost's forest beside scikit-learn's, over five seeds and the same folds.

A forest of XGBoost's is not scikit-learn's estimator: histogram thresholds, and rows drawn without
replacement. So what is compared is what they are worth, on rows whose weak signal is linear and an
interaction. Prints a line a library, with the mean over seeds and folds and its standard error. Each
library may live in an environment of its own. Run:
    python benchmarks/peers/trees_rank_ic.py [--only xgboost|sklearn] [--dates N] [--assets N]
"""

import argparse

import numpy as np
from scipy.stats import rankdata

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--dates", type=int, default=400)
parser.add_argument("--assets", type=int, default=50)
parser.add_argument("--folds", type=int, default=3)
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--trees", type=int, default=100)
parser.add_argument("--only", choices=["xgboost", "sklearn"], help="one of the libraries")
arguments = parser.parse_args()

DEPTH, ROWS, COLUMNS, LEAF = 8, 0.632, 1 / 3, 20


def grow_xgboost(x, y, seed):
    import xgboost as xgb

    forest = xgb.train({
        "objective": "reg:squarederror", "tree_method": "hist", "learning_rate": 1,
        "num_parallel_tree": arguments.trees, "max_depth": DEPTH, "subsample": ROWS,
        "colsample_bynode": COLUMNS, "min_child_weight": LEAF, "reg_lambda": 0,
        "base_score": float(y.mean()), "seed": seed, "nthread": 1}, xgb.DMatrix(x, y), 1)
    return lambda rows: forest.predict(xgb.DMatrix(rows))


def grow_sklearn(x, y, seed):
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        n_estimators=arguments.trees, max_depth=DEPTH, max_samples=ROWS, max_features=COLUMNS,
        min_samples_leaf=LEAF, random_state=seed, n_jobs=1).fit(x, y).predict


def rank_ic(predictions, labels, day):
    daily = [
        np.corrcoef(rankdata(predictions[day == d]), rankdata(labels[day == d]))[0, 1]
        for d in np.unique(day)]
    return float(np.mean(daily))


rng = np.random.default_rng(11)
dates, assets = arguments.dates, arguments.assets
x = rng.normal(size=(dates * assets, 20)).astype(np.float32)
y = 0.06 * x[:, 0] + 0.1 * x[:, 1] * x[:, 2] + rng.normal(size=len(x))
day = np.repeat(np.arange(dates), assets)
print(f"truth: {rank_ic(0.06 * x[:, 0] + 0.1 * x[:, 1] * x[:, 2], y, day):.4f}")
for name, grow in [("xgboost", grow_xgboost), ("sklearn", grow_sklearn)]:
    if arguments.only not in (None, name):
        continue
    scores = []
    for seed in range(arguments.seeds):
        values = []
        for fold in range(arguments.folds):
            test = (day * arguments.folds) // dates == fold
            predict = grow(x[~test], y[~test].astype(np.float32), seed)
            values.append(rank_ic(predict(x[test]), y[test], day[test]))
        scores.append(np.mean(values))
    error = np.std(scores, ddof=1) / np.sqrt(len(scores))
    print(f"{name}: RankIC {np.mean(scores):.4f} over {len(scores)} seeds, standard error {error:.4f}")
