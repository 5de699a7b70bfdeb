"""Expected fidelity scores from NumPy, SciPy, pandas and scikit-learn on small made-up markets.

    python benchmarks/peers/fidelity_goldens.py > Tests/MetricsTests/Goldens/fidelity.json

Returns are 32-bit numbers with heavy tails and clustered volatility. `gappy` lacks some in between.
"""

import json
import sys

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(20200419)
HORIZONS = (1, 5, 20)
LAGS = 12


def listed(values):
    return [float(v) if np.isfinite(v) else None for v in np.ravel(values)]


def listed32(values):
    """The shortest decimals that read back as the same 32-bit numbers."""
    flat = np.ravel(np.asarray(values, np.float32))
    return [float(str(v)) if np.isfinite(v) else None for v in flat]


def market(days, scale=0.01):
    volatility = np.empty(days)
    r = np.empty(days)
    h = 1.0
    for day in range(days):
        volatility[day] = np.sqrt(h)
        r[day] = scale * volatility[day] * rng.standard_t(5)
        h = 0.1 + 0.15 * (r[day] / scale) ** 2 + 0.7 * h
    return (r + 0.0004).astype(np.float32)


def sums(r, horizon):
    """Overlapping sums in double precision, rounded as they are stored."""
    rolled = pd.Series(r.astype(float)).rolling(horizon).sum().dropna()
    return rolled.to_numpy().astype(np.float32).astype(float)


def acf(x):
    """By definition; with gaps, each sum is scaled to all the terms that it could have."""
    n, known = len(x), np.isfinite(x)
    d = np.where(known, x - np.nanmean(x), 0)
    variance = (d * d).sum() / known.sum()
    curve = []
    for lag in range(1, LAGS + 1):
        pairs = (known[lag:] & known[:-lag]).sum()
        curve.append((d[lag:] * d[:-lag]).sum() / pairs * (n - lag) / n / variance)
    return curve


def leverage(x):
    curve = []
    for lag in range(1, LAGS + 1):
        both = np.isfinite(x[lag:]) & np.isfinite(x[:-lag])
        curve.append(np.corrcoef(x[lag:][both] ** 2, x[:-lag][both])[0, 1])
    return curve


def dy(real, synthetic):
    real, synthetic = np.sort(real), np.sort(synthetic)
    bins = max(1, len(real) // 20)
    bounds = [real[k * len(real) // bins] for k in range(1, bins)]
    edges = np.concatenate([[-np.inf], np.unique(bounds), [np.inf]])

    def counts(x):
        return np.array([((x >= a) & (x < b)).sum() for a, b in zip(edges, edges[1:])], float)

    p, q = counts(real), counts(synthetic)
    q[q == 0] = 0.5
    kept = p > 0
    return float(np.abs(np.log(p[kept] / len(real)) - np.log(q[kept] / len(synthetic))).sum())


def hill(losses):
    tail = np.sort(losses)[::-1]
    k = int(0.05 * len(tail))
    return 1 / np.log(tail[:k] / tail[k]).mean()


def coverage(violated, level):
    """Likelihoods from SciPy's binomial, whose coefficients cancel in the ratios."""
    v = np.asarray(violated, int)
    n, hits = len(v), v.sum()
    lr = 2 * (stats.binom.logpmf(hits, n, hits / n) - stats.binom.logpmf(hits, n, level))
    table = np.array([[((v[:-1] == i) & (v[1:] == j)).sum() for j in (0, 1)] for i in (0, 1)])
    share = table[:, 1].sum() / table.sum()
    independence = sum(
        2
        * (
            stats.binom.logpmf(row[1], row.sum(), row[1] / max(1, row.sum()))
            - stats.binom.logpmf(row[1], row.sum(), share)
        )
        for row in table
    )
    return {
        "violated": [bool(x) for x in v],
        "level": level,
        "unconditional": float(lr),
        "unconditionalP": float(stats.chi2.sf(lr, 1)),
        "independence": float(independence),
        "independenceP": float(stats.chi2.sf(independence, 1)),
        "conditionalP": float(stats.chi2.sf(lr + independence, 2)),
    }


def features(r):
    r = r.astype(float)
    s = r.std()
    d, a = r - r.mean(), np.abs(r) - np.abs(r).mean()

    def lagged(x, y):
        return (x[:-1] * y[1:]).sum() / np.sqrt((x * x).sum() * (y * y).sum())

    half = len(r) // 2
    path = np.concatenate([[0], r.cumsum()])
    return [
        r.mean() / s, np.log(s), stats.skew(r), stats.kurtosis(r) + 3, r.min() / s, r.max() / s,
        lagged(d, d), lagged(a, a), lagged(d, a),
        np.log(np.sqrt((d[half:] ** 2).mean()) / np.sqrt((d[:half] ** 2).mean())),
        np.log((path.max() - path.min()) / s),
    ]


real, other = market(400), market(700, scale=0.012)
gappy = real[:150].copy()
gappy[[0, 7, 8, 40, 149]] = np.nan
gappy_wide = gappy.astype(float)
volume = (np.log(1e6) + 40 * np.abs(real[:150]) + 0.3 * rng.normal(size=150)).astype(np.float32)
volume[20] = np.nan

assets = np.stack([market(60) + (0.5 * market(60) if k < 4 else 0) for k in range(6)])
common = market(60)
assets = (assets + np.outer([1, 1, 0.5, 0, -0.5, 0], common)).astype(np.float32)
assets[2, :10] = np.nan
assets[4, 30:33] = np.nan
assets[5, 10:] = np.nan  # too few dates in common with anything
frame = pd.DataFrame(assets.T.astype(float))
square = rng.normal(size=(14, 14))
symmetric = square + square.T
clustered = np.full((9, 9), 0.3) + 0.7 * np.eye(9)  # an eigenvalue of multiplicity eight

x = rng.normal(size=(60, 3))
y = (x @ [1, -2, 0.5] + 0.3 + rng.logistic(size=60)) > 0
logistic = LogisticRegression(C=1 / 0.7, tol=1e-12, max_iter=10000).fit(x, y)

windows = np.lib.stride_tricks.sliding_window_view
z = [stats.zscore(windows(s.astype(float), 20), axis=1) for s in (real[:120], other[:80])]
distances = cdist(z[1], z[0]).min(axis=1) / np.sqrt(20)
own = cdist(z[0], z[0])
starts = np.arange(len(z[0]))
own[np.abs(starts[:, None] - starts[None]) < 20] = np.inf

json.dump(
    {
        "script": "benchmarks/peers/fidelity_goldens.py",
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "sklearn": sklearn.__version__,
        "real": listed32(real),
        "other": listed32(other),
        "gappy": listed32(gappy),
        "volume": listed32(volume),
        "horizons": list(HORIZONS),
        "wasserstein": [
            float(stats.wasserstein_distance(sums(real, h), sums(other, h))) for h in HORIZONS
        ],
        "sigma": [float(sums(real, h).std()) for h in HORIZONS],
        "divergence": [dy(sums(real, h), sums(other, h)) for h in HORIZONS],
        "skewness": float(stats.skew(real.astype(float))),
        "kurtosis": float(stats.kurtosis(real.astype(float))),
        "lossTail": float(hill(-real.astype(float))),
        "gainTail": float(hill(real.astype(float))),
        "valueAtRisk": float(np.quantile(real.astype(float), 0.05)),
        "shortfall": float(real[real <= np.quantile(real.astype(float), 0.05)].astype(float).mean()),
        "acf": [acf(f(real.astype(float))) for f in (np.array, np.abs, np.square)],
        "leverage": leverage(real.astype(float)),
        "gappyACF": [acf(f(gappy_wide[1:149])) for f in (np.array, np.abs, np.square)],
        "gappyLeverage": leverage(gappy_wide[1:149]),
        "volumeVolatility": float(
            pd.Series(volume.astype(float)).corr(pd.Series(np.abs(gappy_wide)))
        ),
        "coverage": [
            coverage(real < np.quantile(other, 0.05), 0.05),
            coverage(real < np.quantile(other, 0.01), 0.01),
            coverage(np.arange(300) % 60 < 3, 0.05),
            coverage(np.zeros(250, bool), 0.01),
        ],
        "assets": [listed32(row) for row in assets],
        "correlations": listed(frame.corr(min_periods=20).to_numpy()),
        "symmetric": listed(symmetric),
        "eigenvalues": listed(np.linalg.eigvalsh(symmetric)[::-1]),
        "clustered": listed(clustered),
        "clusteredEigenvalues": listed(np.linalg.eigvalsh(clustered)[::-1]),
        "features": [listed(features(real[k : k + 20])) for k in (0, 20, 40)],
        "rows": [listed(row) for row in x],
        "classes": [bool(v) for v in y],
        "ridge": 0.7,
        "coefficients": listed([logistic.intercept_[0], *logistic.coef_[0]]),
        "probability": float(logistic.predict_proba([[0.2, -0.1, 1.0]])[0, 1]),
        "nearest": listed(distances),
        "nearestOwn": listed(own.min(axis=1) / np.sqrt(20)),
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
