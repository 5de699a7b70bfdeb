"""How much of a simulated market's truth do ordinary models find?

Reads the reference market as CSV (date,ticker,open,high,low,close,volume,truth: rows sorted by date, then
ticker; empty where missing), computes Qlib's 20 selected features with numpy, and prints the mean daily IC
of the truth (oracle), of the five-day reversal, and of scikit-learn's ridge and gradient boosting on the
last row's features, under five contiguous test blocks purged by the label's reach on both sides.

Needs numpy, pandas, scikit-learn. To run it on the default market:

    QBENCH_REFERENCE_CSV=reference.csv swift test --filter ReferenceExportTests
    python benchmarks/peers/reference_signals.py reference.csv
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV

REACH = 2  # entry lag 1 + horizon 1


def shifted(x, lag):
    out = np.full_like(x, np.nan)
    out[lag:] = x[:-lag]
    return out


def windows(x, length):
    """Date x asset -> date x asset x window, NaN before the first full window."""
    out = np.full((*x.shape, length), np.nan)
    out[length - 1 :] = sliding_window_view(x, length, axis=0)
    return out


def correlation(x, y):
    x = x - x.mean(-1, keepdims=True)
    y = y - y.mean(-1, keepdims=True)
    scale = np.sqrt((x * x).sum(-1) * (y * y).sum(-1))
    return np.where(scale > 0, (x * y).sum(-1) / np.where(scale > 0, scale, 1), np.nan)


def alpha20(o, h, l, c, v):
    """Qlib's definitions (qlib.contrib.data.loader.Alpha158DL), the 20 columns of its TRA/LSTM examples."""
    change, volume_change = c / shifted(c, 1), v / shifted(v, 1)

    def corr(n):
        return correlation(windows(c, n), windows(np.log(v + 1), n))

    def cord(n):
        return correlation(windows(change, n), windows(np.log(volume_change + 1), n))

    def rsqr(n):
        return correlation(windows(c, n), np.broadcast_to(np.arange(n), (*c.shape, n))) ** 2

    def resi(n):
        time = np.arange(n) - (n - 1) / 2
        w = windows(c, n)
        slope = (w * time).sum(-1) / (time * time).sum()
        return (w[..., -1] - w.mean(-1) - slope * time[-1]) / c

    def wvma(n):
        w = windows(np.abs(change - 1) * v, n)
        return w.std(-1, ddof=1) / (w.mean(-1) + 1e-12)

    def std(n):
        return windows(c, n).std(-1, ddof=1) / c

    columns = {
        "RESI5": resi(5), "WVMA5": wvma(5), "RSQR5": rsqr(5), "KLEN": (h - l) / o,
        "RSQR10": rsqr(10), "CORR5": corr(5), "CORD5": cord(5), "CORR10": corr(10),
        "ROC60": shifted(c, 60) / c, "RESI10": resi(10),
        "VSTD5": windows(v, 5).std(-1, ddof=1) / (v + 1e-12), "RSQR60": rsqr(60),
        "CORR60": corr(60), "WVMA60": wvma(60), "STD5": std(5), "RSQR20": rsqr(20),
        "CORD60": cord(60), "CORD10": cord(10), "CORR20": corr(20),
        "KLOW": (np.minimum(o, c) - l) / o,
    }
    return np.stack(list(columns.values()), -1)


def daily_ic(prediction, label):
    out = []
    for p, y in zip(prediction, label):
        known = ~(np.isnan(p) | np.isnan(y))
        if known.sum() > 5 and p[known].std() > 0:
            out.append(np.corrcoef(p[known], y[known])[0, 1])
    return np.array(out)


def standardised(label):
    return (label - np.nanmean(label, 1, keepdims=True)) / np.nanstd(label, 1, ddof=1, keepdims=True)


def out_of_fold(make, features, target, blocks=5):
    dates = len(target)
    prediction = np.full(target.shape, np.nan)
    edges = np.linspace(0, dates, blocks + 1).astype(int)
    for start, end in zip(edges, edges[1:]):
        train = np.ones(dates, bool)
        train[max(0, start - REACH) : end + REACH] = False
        x, y = features[train], target[train]
        rows = ~np.isnan(y)
        x, y = x[rows], y[rows]
        mean, deviation = np.nanmean(x, 0), np.nanstd(x, 0)

        def scaled(z):
            return np.nan_to_num(np.clip((z - mean) / deviation, -3, 3))

        test = features[start:end]
        model = make().fit(scaled(x), y)
        prediction[start:end] = model.predict(scaled(test.reshape(-1, test.shape[-1]))).reshape(
            test.shape[:2])
    prediction[np.isnan(target)] = np.nan
    return prediction


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    frame = pd.read_csv(arguments.csv)
    table = {
        name: frame.pivot(index="date", columns="ticker", values=name).to_numpy(float)
        for name in ["open", "high", "low", "close", "volume", "truth"]
    }
    close = table["close"]
    label = np.full_like(close, np.nan)
    label[:-2] = close[2:] / close[1:-1] - 1
    label[np.isnan(close)] = np.nan
    features = alpha20(*(table[name] for name in ["open", "high", "low", "close", "volume"]))
    target = standardised(label)

    oracle = daily_ic(table["truth"], label)

    def show(name, values):
        error = values.std() / np.sqrt(len(values))
        print(f"{name:10s} IC {values.mean():+.4f} ± {error:.4f}   {values.mean() / oracle.mean():6.1%}")
        return values.mean()

    show("oracle", oracle)
    show("reversal", daily_ic(-(close / shifted(close, 5) - 1), label))
    alphas = [1e2, 1e3, 3e3, 1e4]
    show("ridge", daily_ic(out_of_fold(lambda: RidgeCV(alphas), features, target), label))
    show("boosting", daily_ic(out_of_fold(lambda: HistGradientBoostingRegressor(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=500, max_features=0.5,
        random_state=0), features, target), label))


if __name__ == "__main__":
    main()
