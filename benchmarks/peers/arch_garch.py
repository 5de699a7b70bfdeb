"""Volatility models fitted by arch, and quantiles of Student's t by scipy, for GeneratorsTests.

The series is simulated here from SplitMix64, the project's own generator of random numbers, and rounded,
so that whoever runs this gets the same one. Where the daily closes of the S&P 500 are at hand, the
estimates for 2009-05-01 to 2018-12-31 are written too (never the closes). Run:
    python benchmarks/peers/arch_garch.py Tests/GeneratorsTests/Goldens/garch.json \
        [sp500-index-1999-2018.csv.gz]
"""

import json
import math
import sys

import arch
import numpy as np
import pandas as pd
import scipy
from arch import arch_model
from scipy import stats

MASK = (1 << 64) - 1
TRUTH = {"mean": 0.05, "omega": 0.04, "alpha": 0.04, "gamma": 0.12, "beta": 0.87, "degrees": 6}


def uniforms(seed):
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) * 2.0**-53


def normals(seed):
    stream = uniforms(seed)
    while True:
        u, v = 2 * next(stream) - 1, 2 * next(stream) - 1
        square = u * u + v * v
        if 0 < square < 1:
            factor = math.sqrt(-2 * math.log(square) / square)
            yield u * factor
            yield v * factor


def simulate(days, seed):
    draws, p = normals(seed), TRUTH
    variance = p["omega"] / (1 - p["alpha"] - p["gamma"] / 2 - p["beta"])
    returns = []
    for _ in range(days):
        chi = sum(next(draws) ** 2 for _ in range(p["degrees"]))
        z = next(draws) * math.sqrt((p["degrees"] - 2) / chi)
        shock = math.sqrt(variance) * z
        returns.append(round(p["mean"] + shock, 6))
        reaction = p["alpha"] + p["gamma"] * (shock < 0)
        variance = p["omega"] + reaction * shock**2 + p["beta"] * variance
    return np.array(returns)


def fit(returns, leverage, innovations):
    model = arch_model(
        returns, mean="Constant", vol="GARCH", p=1, o=int(leverage), q=1,
        dist={"student_t": "t", "normal": "normal"}[innovations], rescale=False)
    result = model.fit(disp="off", options={"ftol": 1e-13, "maxiter": 2000})
    p = result.params
    return {
        "leverage": leverage, "innovations": innovations, "mean": p["mu"], "omega": p["omega"],
        "alpha": p["alpha[1]"], "gamma": p.get("gamma[1]", 0.0), "beta": p["beta[1]"],
        "degrees": p.get("nu"), "logLikelihood": result.loglikelihood,
        "lastVariance": float(result.conditional_volatility[-1] ** 2),
    }


def piecewise(returns, segments, missing):
    """The t likelihood at the true parameters, restarted in each segment; by plain loops."""
    x, p = returns.copy(), TRUTH
    x[missing] = np.nan
    centre = np.nanmean(np.concatenate([x[first:end] for first, end in segments]))
    nu, total = p["degrees"], 0.0
    for first, end in segments:
        known = [v for v in x[first:end] if not np.isnan(v)][:75]
        weights = 0.94 ** np.arange(len(known))
        back = np.sum(weights * (np.array(known) - centre) ** 2) / weights.sum()
        persistence = p["alpha"] + p["gamma"] / 2 + p["beta"]
        variance = p["omega"] + persistence * back
        for value in x[first:end]:
            if np.isnan(value):
                variance = p["omega"] + persistence * variance
                continue
            shock = value - p["mean"]
            scale = math.sqrt(variance * (nu - 2) / nu)
            total += stats.t.logpdf(shock, nu, scale=scale)
            reaction = p["alpha"] + p["gamma"] * (shock < 0)
            variance = p["omega"] + reaction * shock**2 + p["beta"] * variance
    return {"segments": segments, "missing": missing, "logLikelihood": total}


def main(path, index=None):
    returns = simulate(2500, seed=2024)
    kinds = [(True, "student_t"), (True, "normal"), (False, "student_t"), (False, "normal")]
    scores = [-20, -15, -8, -5, -3, -2, -1, -0.5, -1e-3, 0, 1e-6, 0.1, 0.7, 1.5, 2.5, 4, 6, 12]
    golden = {
        "arch": arch.__version__, "scipy": scipy.__version__, "truth": TRUTH,
        "returns": returns.tolist(), "cases": [fit(returns, *kind) for kind in kinds],
        "piecewise": piecewise(returns, [[0, 700], [800, 2000]], [5, 300, 301, 302, 1500]),
        "scores": scores,
        "quantiles": [
            # The upper tail for either sign: near 1 a probability has no digits left.
            {"degrees": nu, "values": [
                float(-np.sign(s) * stats.t.ppf(stats.norm.sf(abs(s)), nu)
                      * math.sqrt((nu - 2) / nu)) for s in scores]}
            for nu in [2.1, 3.0, 5.43, 30.0, 400.0]
        ],
    }
    if index:
        closes = pd.read_csv(index, parse_dates=["Date"]).set_index("Date")["Adj Close"]
        window = closes.loc["2009-05-01":"2018-12-31"]
        log_returns = 100 * np.diff(np.log(window.to_numpy()))
        golden["index"] = [fit(log_returns, *kind) for kind in kinds]
    with open(path, "w") as file:
        json.dump(golden, file, allow_nan=False)
        file.write("\n")


main(*sys.argv[1:])
