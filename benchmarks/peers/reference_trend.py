"""Can the trend of the simulated market be foretold by somebody who knows how volatile it has been?

Reads the reference market as CSV (see reference_signals.py), takes the market's return from one date to the next,
two dates ahead, and its terciles on the first four fifths of the dates, and fits scikit-learn's logistic regression to
the logarithms of its volatility over 5, 20 and 60 days and its last return. Prints, for the last fifth, the mean negative
log-likelihood beside ln 3 (knowing nothing), the share of days named, and the areas under the ROC curves.

    QBENCH_REFERENCE_DATES=4000 QBENCH_REFERENCE_CSV=reference.csv swift test --filter ReferenceExportTests
    python benchmarks/peers/reference_trend.py reference.csv
"""

import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

close = pd.read_csv(sys.argv[1]).pivot(index="date", columns="ticker", values="close").to_numpy()
market = np.r_[np.nan, np.nanmean(close[1:] / close[:-1] - 1, axis=1)]
ahead = np.r_[market[2:], np.nan, np.nan]
squares = pd.Series(market**2)
known = np.column_stack([np.log(squares.rolling(days).mean()) / 2 for days in (5, 20, 60)] + [100 * market])
rows = np.flatnonzero(np.isfinite(known).all(axis=1) & np.isfinite(ahead))
cut = int(0.8 * len(close))
train, test = rows[rows < cut - 2], rows[rows >= cut]
trend = np.digitize(ahead, np.quantile(ahead[train], [1 / 3, 2 / 3]))
x = (known - known[train].mean(axis=0)) / known[train].std(axis=0)
found = LogisticRegression(C=0.1).fit(x[train], trend[train]).predict_proba(x[test])
likelihood = -np.log(found[np.arange(len(test)), trend[test]]).mean()
print(f"{len(close)} dates: negative log-likelihood {likelihood:.4f} (knowing nothing {np.log(3):.4f})")
print(f"named {np.mean(found.argmax(axis=1) == trend[test]):.3f}, commonest {np.bincount(trend[test]).max() / len(test):.3f}")
print("areas", [round(roc_auc_score(trend[test] == k, found[:, k]), 3) for k in range(3)])
