"""Expected statistics of comparing models, from SciPy, statsmodels and plain NumPy.

    python benchmarks/peers/scipy_comparison.py > Tests/MetricsTests/Goldens/comparison.json

Distributions, Kendall's tau and Friedman's test are SciPy's, Holm's adjustment is statsmodels'. The rest
is written here from the papers by plain loops; MCS and SPA are in arch_mcs.py. `null` is undefined.
"""

import json
import sys

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20111125)


def listed(values):
    return [float(v) if np.isfinite(v) else None for v in np.ravel(values)]


def distributions():
    tails = [0.5, 0.4999, 0.3, 0.1, 0.025, 1e-3, 1e-9, 1e-60, 1e-300]
    students = [(1, 0.3), (1, 40.0), (2, 2.5), (4, 0.01), (9, 2.26), (30, 7.0), (249, 1.96),
                (1258, 3.3), (1258, 30.0), (5000, 0.001)]
    chis = [(1, 0.02), (1, 3.84), (1, 60.0), (2, 5.99), (3, 0.5), (4, 9.49), (7, 200.0), (9, 16.9),
            (20, 31.4), (63, 40.0), (64, 64.0)]
    fs = [(2, 10, 4.1), (3, 27, 0.4), (5, 45, 2.42), (9, 81, 25.0), (1, 1, 161.0), (11, 1200, 1.8)]
    ranges = [(k, q) for k in (2, 3, 5, 10, 24, 60) for q in (0.05, 0.9, 2.5, 3.7, 5.5, 8.0)]
    return {
        "tails": tails,
        "quantiles": listed(stats.norm.ppf(tails)),
        "student": [[nu, x, float(stats.t.sf(x, nu))] for nu, x in students],
        "studentQuantiles": [[nu, p, float(stats.t.ppf(p, nu))]
                             for nu in (1, 4, 9, 99, 1258) for p in (0.6, 0.95, 0.975, 0.9999)],
        "chiSquared": [[nu, x, float(stats.chi2.sf(x, nu))] for nu, x in chis],
        "fisher": [[a, b, x, float(stats.f.sf(x, a, b))] for a, b, x in fs],
        "range": [[k, q, float(stats.studentized_range.sf(q, k, np.inf))] for k, q in ranges],
        "rangeQuantiles": [[k, a, float(stats.studentized_range.ppf(1 - a, k, np.inf))]
                           for k in (2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50) for a in (0.05, 0.1)],
    }


def holm():
    cases = []
    for count in (1, 2, 7, 30):
        p = np.round(rng.uniform(size=count) ** 3, 3)
        cases.append({"pValues": listed(p), "adjusted": listed(multipletests(p, method="holm")[1])})
    return cases


def kendall():
    cases = []
    for count, step in ((2, 0), (5, 0), (12, 0), (12, 1), (25, 0.5)):
        x, noise = rng.normal(size=(2, count))
        y = x + noise
        if step:
            x, y = np.round(x / step) * step, np.round(y / step) * step
        cases.append({"x": listed(x), "y": listed(y), "tau": float(stats.kendalltau(x, y)[0])})
    return cases


def draws(dates, block, count):
    """Moving blocks, the last one cut."""
    starts = rng.integers(0, dates - block + 1, size=(count, -(-dates // block)))
    return (starts[:, :, None] + np.arange(block)).reshape(count, -1)[:, :dates]


def paired():
    dates = 40
    places = draws(dates, 4, 199)
    baseline = rng.normal(0.05, 0.1, size=dates)
    candidate = 0.7 * baseline + rng.normal(0.0, 0.05, size=dates)
    baseline[[3, 17]] = np.nan
    candidate[[17, 30]] = np.nan
    d = candidate - baseline
    point, resampled = np.nanmean(d), np.nanmean(d[places], axis=1)
    deviations = resampled - resampled.mean()
    tolerances = [0.0, 0.005, 0.02]
    error = resampled.std(ddof=1)
    reach = stats.norm.ppf(0.95) + stats.norm.ppf(0.8)
    return {
        "candidate": listed(candidate), "baseline": listed(baseline), "draws": places.tolist(),
        "point": point, "low": np.percentile(resampled, 2.5), "high": np.percentile(resampled, 97.5),
        "standardError": error, "detectable": reach * error, "tolerances": tolerances,
        "worse": [(1 + int((deviations <= point + t).sum())) / 200 for t in tolerances],
        "twoSided": (1 + int((abs(deviations) >= abs(point)).sum())) / 200,
    }


def main():
    json.dump(
        {
            "script": "benchmarks/peers/scipy_comparison.py",
            "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
            "distributions": distributions(), "holm": holm(), "kendall": kendall(),
            "paired": paired(),
        },
        sys.stdout, separators=(",", ":"), allow_nan=False)
    print()


main()
