"""Expected statistics of comparing models, from SciPy, statsmodels and plain NumPy.

    python benchmarks/peers/scipy_comparison.py > Tests/MetricsTests/Goldens/comparison.json

Distributions, Kendall's tau and Friedman's test are SciPy's, Holm's adjustment is statsmodels'. The rest
is written here from the papers by plain loops; MCS and SPA are in arch_mcs.py. `null` is undefined.
"""

import itertools
import json
import math
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


def diebold_mariano(d, h):
    """By double loops over pairs of dates; a missing date takes part in no pair."""
    known = np.isfinite(d)
    n, mean = known.sum(), np.nanmean(d)
    e = np.where(known, d - mean, 0.0)

    def variance(weight):
        total = 0.0
        for s in range(len(d)):
            for t in range(len(d)):
                if abs(s - t) < h:
                    total += weight(abs(s - t)) * e[s] * e[t]
        return total / n

    flat = variance(lambda k: 1.0)
    used = flat if flat > 0 else variance(lambda k: 1 - k / h)
    factor = math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    statistic = factor * mean / math.sqrt(used / n)
    return {
        "differences": listed(d), "horizon": h, "isFlat": bool(flat > 0), "statistic": statistic,
        "pValue": float(2 * stats.t.sf(abs(statistic), n - 1)),
    }


def diebold_marianos():
    cases = []
    for dates, h, missing in ((30, 1, 0), (50, 5, 0), (50, 3, 7), (3, 1, 0), (120, 20, 15)):
        noise = rng.normal(size=dates + h)
        d = np.array([noise[t:t + h].sum() for t in range(dates)]) + 0.3
        d[rng.permutation(dates)[:missing]] = np.nan
        cases.append(diebold_mariano(d, h))
    # Swings to and fro, whose flat sum of covariances is negative.
    cases.append(diebold_mariano(np.array([1.0, -1.0] * 10) + 0.1 * rng.normal(size=20) + 0.05, 2))
    assert [c["isFlat"] for c in cases] == [True] * 5 + [False]
    return cases


def friedman():
    cases = []
    for models, blocks, step in ((3, 8, 0), (5, 12, 0), (4, 10, 1.0), (2, 6, 0)):
        scores = rng.normal(size=(models, blocks)) + 0.4 * np.arange(models)[:, None]
        if step:
            scores = np.round(scores / step) * step
        ranks = np.array([stats.rankdata(-column) for column in scores.T])
        k, n = models, blocks
        # SciPy refuses two models; the formula is the same.
        if models > 2:
            chi, p = stats.friedmanchisquare(*scores)
        else:
            chi = 12 / (n * k * (k + 1)) * (ranks.sum(0) ** 2).sum() - 3 * n * (k + 1)
            p = stats.chi2.sf(chi, k - 1)
        f = (n - 1) * chi / (n * (k - 1) - chi)
        q = stats.studentized_range.ppf(0.95, k, np.inf) / math.sqrt(2)
        apart = abs(ranks.mean(0)[0] - ranks.mean(0)[-1]) / math.sqrt(k * (k + 1) / (6 * n))
        cases.append({
            "scores": [listed(row) for row in scores], "averageRanks": listed(ranks.mean(0)),
            "friedman": float(chi), "pValue": float(p),
            "imanDavenport": float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))),
            "criticalDifference": q * math.sqrt(k * (k + 1) / (6 * n)),
            "firstAgainstLast": float(stats.studentized_range.sf(apart * math.sqrt(2), k, np.inf)),
        })
    return cases


def nadeau_bengio():
    d = rng.normal(0.4, 1, size=15)
    error = math.sqrt((1 / 15 + 0.25) * d.var(ddof=1))
    reach = stats.t.ppf(0.975, 14) * error
    return {
        "differences": listed(d), "testShare": 0.25, "statistic": d.mean() / error,
        "pValue": float(2 * stats.t.sf(abs(d.mean() / error), 14)),
        "low": d.mean() - reach, "high": d.mean() + reach,
    }


def sharpe():
    r = 0.01 * (rng.standard_t(4, size=(5, 90)) + 0.1)
    ratios = r.mean(1) / r.std(1, ddof=1)
    chosen = int(ratios.argmax())
    skewness, kurtosis = stats.skew(r[chosen]), stats.kurtosis(r[chosen], fisher=False)
    best = ((1 - np.euler_gamma) * stats.norm.ppf(1 - 1 / 5)
            + np.euler_gamma * stats.norm.ppf(1 - 1 / (5 * math.e)))
    threshold = ratios.std(ddof=1) * best

    def probability(benchmark):
        x = ratios[chosen]
        inflation = 1 - skewness * x + (kurtosis - 1) / 4 * x * x
        return float(stats.norm.cdf((x - benchmark) * math.sqrt((90 - 1) / inflation)))

    return {
        "returns": [listed(row) for row in r], "chosen": chosen, "ratio": ratios[chosen],
        "skewness": skewness, "kurtosis": kurtosis, "threshold": threshold,
        "probabilistic": probability(0), "deflated": probability(threshold),
    }


def overfitting():
    cases = []
    for strategies, dates, blocks, measure, skill in (
            (6, 50, 6, "sharpe", 0.0), (5, 41, 8, "mean", 0.0), (4, 60, 4, "sharpe", 0.5)):
        r = rng.normal(size=(strategies, dates))
        r[0] += skill
        edges = [-(-b * dates // blocks) for b in range(blocks + 1)]
        parts = [np.arange(a, b) for a, b in zip(edges, edges[1:])]

        def performance(chosen):
            x = r[:, np.concatenate([parts[b] for b in chosen])]
            return x.mean(1) / (x.std(1, ddof=1) if measure == "sharpe" else 1)

        logits, pairs = [], []
        for half in itertools.combinations(range(blocks), blocks // 2):
            inside = performance(half)
            outside = performance([b for b in range(blocks) if b not in half])
            best = inside.argmax()
            rank = stats.rankdata(outside)[best] / (strategies + 1)
            logits.append(math.log(rank / (1 - rank)))
            pairs.append((inside[best], outside[best]))
        pairs = np.array(pairs)
        cases.append({
            "returns": [listed(row) for row in r], "blocks": blocks, "performance": measure,
            "logits": sorted(logits), "probability": float(np.mean(np.array(logits) <= 1e-12)),
            "loss": float((pairs[:, 1] < 0).mean()),
            "degradation": float(stats.linregress(pairs[:, 0], pairs[:, 1]).slope),
        })
    return cases


def main():
    json.dump(
        {
            "script": "benchmarks/peers/scipy_comparison.py",
            "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
            "distributions": distributions(), "holm": holm(), "kendall": kendall(),
            "paired": paired(), "dieboldMariano": diebold_marianos(), "friedman": friedman(),
            "nadeauBengio": nadeau_bengio(), "sharpe": sharpe(), "overfitting": overfitting(),
        },
        sys.stdout, separators=(",", ":"), allow_nan=False)
    print()


main()
