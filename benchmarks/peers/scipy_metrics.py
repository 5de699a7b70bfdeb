"""Expected metrics from pandas, scipy, NumPy and Qlib on two small made-up panels.

    python benchmarks/peers/scipy_metrics.py > Tests/MetricsTests/Goldens/scipy_metrics.json

`sections` has awkward dates: ties, constants, missing returns, a single asset. `portfolio` has no
tied predictions, so that nlargest/nsmallest leave no choice; its universe changes from date to date.
Drawdown starts its running sum at 0, unlike Qlib's own, which begins with the first return.
"""

import json
import sys

import numpy as np
import pandas as pd
import scipy
from qlib.contrib.eva.alpha import calc_ic
from scipy import stats

rng = np.random.default_rng(20240607)


def listed(values):
    return [None if not np.isfinite(v) else float(v) for v in values]


def listed32(values):
    """The shortest decimals that read back as the same 32-bit numbers."""
    return [None if not np.isfinite(v) else float(str(v)) for v in np.asarray(values, np.float32)]


def sections():
    rows = []
    for date in range(14):
        assets = 1 if date == 5 else 2 if date == 6 else 130 if date == 7 else 9 + date % 4
        signal = rng.normal(size=assets)
        prediction = (0.5 * signal + rng.normal(size=assets)).astype(np.float32)
        returns = (0.02 * signal + 0.02 * rng.normal(size=assets)).astype(np.float32)
        if date in (1, 2, 7):  # ties in the predictions, among them both zeros
            prediction = (np.round(2 * prediction) / 2).astype(np.float32)
        if date in (2, 3):  # ties in the returns
            returns = np.round(returns, 2).astype(np.float32)
        if date == 4:
            prediction[:] = 0.1
        if date == 8:
            returns[:] = 0.01
        if date in (9, 10):
            returns[[0, 3]] = np.nan
        if date == 11:
            returns[:] = np.nan
        if date == 12:  # tiny and huge at once
            prediction[:4] = np.array([1e-30, -1e-30, 3e30, -3e30], dtype=np.float32)
        spread = np.nanstd(returns.astype(float)) if np.isfinite(returns).any() else np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            target = ((returns - np.nanmean(returns)) / spread) if spread > 1e-9 else returns
        if date == 12:  # the huge ones would swamp every error
            target = np.full(assets, np.nan)
        for asset in range(assets):
            rows.append(
                (date, asset, prediction[asset], np.float32(target[asset]), returns[asset])
            )
    frame = pd.DataFrame(rows, columns=["datetime", "instrument", "p", "y", "r"])
    indexed = frame.set_index(["datetime", "instrument"]).astype(float)
    ic, rank_ic = calc_ic(indexed["p"], indexed["r"])
    for date, group in indexed.dropna(subset=["r"]).groupby("datetime"):
        if np.isfinite(rank_ic[date]) and len(group) > 1:
            assert abs(stats.spearmanr(group["p"], group["r"])[0] - rank_ic[date]) < 1e-12
            assert abs(stats.pearsonr(group["p"], group["r"])[0] - ic[date]) < 1e-12
    known = indexed.dropna(subset=["y"])
    error = known["y"] - known["p"]
    signed = known[(known["p"] != 0) & (known["y"] != 0)]
    return {
        "dates": frame["datetime"].tolist(),
        "assets": frame["instrument"].tolist(),
        "predictions": listed32(frame["p"]),
        "targets": listed32(frame["y"]),
        "returns": listed32(frame["r"]),
        "daily": {"ic": listed(ic), "rank_ic": listed(rank_ic)},
        "metrics": {
            "ic": ic.mean(),
            "icir": ic.mean() / ic.std(),
            "rank_ic": rank_ic.mean(),
            "rank_icir": rank_ic.mean() / rank_ic.std(),
            "mae": error.abs().mean(),
            "rmse": float(np.sqrt((error**2).mean())),
            "r2": float(1 - (error**2).sum() / (known["y"] ** 2).sum()),
            "hit_rate": float((np.sign(signed["p"]) == np.sign(signed["y"])).mean()),
        },
    }


def portfolio(horizon, quantile, basis_points):
    dates, assets = 24, 20
    prediction = rng.normal(size=(dates, assets)).astype(np.float32)
    # Predictions that last, so that not everything is traded.
    for date in range(1, dates):
        prediction[date] = 0.8 * prediction[date - 1] + 0.6 * prediction[date]
    returns = (0.01 * prediction + 0.03 * rng.normal(size=(dates, assets))).astype(np.float32)
    returns[rng.random(size=returns.shape) < 0.1] = np.nan
    weights = np.zeros((dates, assets))
    gross = np.zeros(dates)
    for date in range(dates):
        day = pd.DataFrame({"p": prediction[date], "r": returns[date]}).astype(float).dropna()
        names = max(1, int(len(day) * quantile))
        long, short = day.nlargest(names, "p"), day.nsmallest(names, "p")
        gross[date] = long["r"].mean() - short["r"].mean()
        weights[date, long.index] += 1 / names
        weights[date, short.index] -= 1 / names
    frame = pd.DataFrame(weights)
    traded = (frame - frame.shift(horizon).fillna(0)).abs().sum(axis=1)
    gross = pd.Series(gross)
    net = gross - basis_points * 1e-4 * traded

    def drawdown(r):
        total = pd.concat([pd.Series([0.0]), r / horizon]).cumsum()
        return float((total - total.cummax()).min())

    periods = 252 / horizon
    keys = [(d, a) for d in range(dates) for a in range(assets)]
    return {
        "horizon": horizon,
        "quantile": quantile,
        "costBasisPoints": basis_points,
        "dates": [d for d, _ in keys],
        "assets": [a for _, a in keys],
        "predictions": listed32(prediction.ravel()),
        "returns": listed32(returns.ravel()),
        "daily": {"ls_return": listed(gross), "ls_traded": listed(traded)},
        "metrics": {
            "ls_return": gross.mean() * periods,
            "ls_volatility": gross.std() * np.sqrt(periods),
            "ls_sharpe": gross.mean() / gross.std() * np.sqrt(periods),
            "ls_max_drawdown": drawdown(gross),
            "ls_turnover": traded.mean() / 4,
            "ls_break_even": gross.sum() / traded.sum(),
            "ls_return_net": net.mean() * periods,
            "ls_sharpe_net": net.mean() / net.std() * np.sqrt(periods),
            "ls_max_drawdown_net": drawdown(net),
        },
    }


def ranks():
    cases = []
    for count in (1, 2, 7, 95, 96, 300):
        values = np.round(rng.normal(size=count) * 4) / 4
        values[rng.random(size=count) < 0.1] = -0.0
        values = values.astype(np.float32)
        cases.append({"values": listed32(values), "ranks": listed(stats.rankdata(values))})
    return cases


json.dump(
    {
        "script": "benchmarks/peers/scipy_metrics.py",
        "pandas": pd.__version__,
        "scipy": scipy.__version__,
        "sections": sections(),
        "portfolios": [portfolio(1, 0.2, 10), portfolio(3, 0.1, 25)],
        "ranks": ranks(),
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
