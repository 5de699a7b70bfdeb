"""Expected folds from skfolio (CombinatorialPurgedCV) and scikit-learn (TimeSeriesSplit).

    python benchmarks/peers/skfolio_splits.py > Tests/SplitsTests/Goldens/skfolio_splits.json

skfolio purges by count, `purged_size` dates on both sides of every test block, and puts
`embargo_size` after them; so its `purged_size` stands for a label's reach here. scikit-learn's `gap`
lies before the test block only, which is all that walk-forward needs.
"""

import json
import sys

import numpy as np
import skfolio
import sklearn
from skfolio.model_selection import CombinatorialPurgedCV
from sklearn.model_selection import TimeSeriesSplit

COMBINATORIAL = [
    # dates, groups, test groups, purge, embargo
    (12, 3, 2, 0, 0),
    (12, 3, 2, 1, 0),
    (12, 3, 2, 0, 1),
    (12, 3, 2, 1, 1),
    (30, 6, 2, 1, 1),
    (30, 6, 4, 1, 0),
    (60, 6, 3, 2, 2),
    (50, 5, 2, 3, 4),
]

WALK_FORWARD = [
    # dates, folds, test window (None: dates // (folds + 1)), rolling window or None, gap
    (20, 3, None, None, 2),
    (23, 4, None, None, 1),
    (30, 4, 5, None, 2),
    (30, 4, 5, 6, 2),
]


def combinatorial(dates, groups, test_groups, purge, embargo):
    cv = CombinatorialPurgedCV(
        n_folds=groups, n_test_folds=test_groups, purged_size=purge, embargo_size=embargo
    )
    folds = [
        {"train": train.tolist(), "test": np.concatenate(test).tolist()}
        for train, test in cv.split(np.zeros((dates, 2)))
    ]
    return {
        "dates": dates,
        "groups": groups,
        "testGroups": test_groups,
        "purge": purge,
        "embargo": embargo,
        "paths": cv.n_test_paths,
        # For each fold, the path to which each of its test groups belongs.
        "pathIds": cv.get_path_ids().tolist(),
        "folds": folds,
    }


def walk_forward(dates, folds, test_window, rolling, gap):
    cv = TimeSeriesSplit(
        n_splits=folds, test_size=test_window, max_train_size=rolling, gap=gap
    )
    return {
        "dates": dates,
        "folds": folds,
        "testWindow": test_window,
        "rolling": rolling,
        "gap": gap,
        "splits": [
            {"train": train.tolist(), "test": test.tolist()}
            for train, test in cv.split(np.zeros((dates, 2)))
        ],
    }


json.dump(
    {
        "script": "benchmarks/peers/skfolio_splits.py",
        "skfolio": skfolio.__version__,
        "scikit-learn": sklearn.__version__,
        "combinatorial": [combinatorial(*case) for case in COMBINATORIAL],
        "walkForward": [walk_forward(*case) for case in WALK_FORWARD],
    },
    sys.stdout,
)
print()
