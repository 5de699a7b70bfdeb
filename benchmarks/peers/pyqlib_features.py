#!/usr/bin/env python3
"""Qlib's own values of alpha20, alpha158, of raw windows and of the default label.

Needs pyqlib (0.9.7 was used) with pandas and numpy, and h5py where OUT ends in .h5. A long CSV (date,ticker,open,high,low,close,
volume; a missing row or field is missing data) is written as a Qlib data directory in a temporary
folder, and Qlib's expression engine evaluates what `Alpha158DL` and `Alpha360DL` define.

  pyqlib_features.py panel OUT.csv             a made-up panel with every awkward case
  pyqlib_features.py alpha20 PANEL.csv OUT     features and label; OUT ends in .csv, .csv.gz, .h5 or .npy
  pyqlib_features.py alpha158 PANEL.csv OUT    all of Alpha158's default features
  pyqlib_features.py raw PANEL.csv OUT --window 60 [--last DATES]
  pyqlib_features.py time PANEL.csv [--set alpha158]
                                               seconds for a set, one process, data already on disk
  pyqlib_features.py compare QLIB.npy OURS.f32 alpha158 beside `speed alpha158 PANEL OURS.f32`, by column
  pyqlib_features.py labels                    per-date label transforms beside pandas' (printed)

The goldens in Tests/DatasetsTests/Goldens come from

  pyqlib_features.py panel qlib_panel.csv
  pyqlib_features.py alpha20 qlib_panel.csv qlib_alpha20.csv
  pyqlib_features.py alpha158 qlib_panel.csv qlib_alpha158.h5
  pyqlib_features.py raw qlib_panel.csv qlib_raw.csv --window 4 --last 60

A panel has no $vwap; (high + low + close) / 3 in single precision stands for it, as in qbench.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

if "time" not in sys.argv:
    # numpy's vector code for log of single precision is off by up to 2 units in the last place, and
    # CORR and CORD with it by up to 3e-5: more than between pyqlib on two machines is acceptable for
    # a golden. Without it numpy calls the C library's logf. Must be set before numpy is imported.
    os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512_SKX"

import numpy as np
import pandas as pd

FIELDS = ["open", "high", "low", "close", "volume"]

# qlib/examples/benchmarks/LSTM/workflow_config_lstm_Alpha158.yaml, `FilterCol`.
ALPHA20 = (
    "RESI5 WVMA5 RSQR5 KLEN RSQR10 CORR5 CORD5 CORR10 ROC60 RESI10 "
    "VSTD5 RSQR60 CORR60 WVMA60 STD5 RSQR20 CORD60 CORD10 CORR20 KLOW"
).split()
LABEL = "Ref($close, -2) / Ref($close, -1) - 1"


def made_up_panel():
    """Six assets over 130 weekdays, each with its own awkwardness."""
    random = np.random.default_rng(20260801)
    dates = pd.bdate_range("2020-01-02", periods=130)
    count = len(dates)
    rows = []
    scales = {"PLAIN": 100, "GAPS": 45, "LATE": 900, "FLAT": 12, "IDLE": 60, "PENNY": 0.4}
    for ticker, scale in scales.items():
        close = scale * np.exp(np.cumsum(0.015 * random.standard_normal(count)))
        volume = np.exp(14 + 0.5 * random.standard_normal(count)).round()
        if ticker == "FLAT":
            # Price and volume stand still for 22 dates, the price alone for 5 later ones.
            close[40:62] = close[40]
            volume[40:62] = volume[40]
            close[100:105] = close[100]
        if ticker == "IDLE":
            volume[30] = 0
            volume[70:77] = 0
        if ticker == "PENNY":
            volume *= 500
        opening = close * np.exp(0.004 * random.standard_normal(count))
        high = np.maximum(opening, close) * np.exp(0.004 * np.abs(random.standard_normal(count)))
        low = np.minimum(opening, close) * np.exp(-0.004 * np.abs(random.standard_normal(count)))
        if ticker == "FLAT":
            for price in (opening, high, low):
                price[40:62] = close[40]
        keep = np.ones(count, bool)
        if ticker == "GAPS":
            keep[random.choice(count, 9, replace=False)] = False
            keep[50:58] = False  # suspended for longer than the shortest windows
            opening[20] = np.nan
            volume[90] = np.nan
        if ticker == "LATE":
            keep[:75] = False
        for i in np.flatnonzero(keep):
            values = [opening[i], high[i], low[i], close[i], volume[i]]
            rows.append([dates[i].date(), ticker] + [float(f"{np.float32(v):.6g}") for v in values])
    return pd.DataFrame(rows, columns=["date", "ticker"] + FIELDS)


def write_bins(frame, folder):
    """Qlib's storage: little-endian float32, the first value the calendar index of the second."""
    frame = frame.copy()
    frame["date"] = pd.to_datetime(frame["date"])
    dates = sorted(frame["date"].unique())
    (folder / "calendars").mkdir(parents=True)
    (folder / "instruments").mkdir()
    (folder / "calendars/day.txt").write_text(
        "".join(f"{pd.Timestamp(d):%Y-%m-%d}\n" for d in dates)
    )
    lines = []
    for number, (ticker, rows) in enumerate(frame.groupby("ticker", sort=True)):
        rows = rows.set_index("date")[FIELDS].astype(np.float32).reindex(dates)
        rows["vwap"] = (
            (rows["high"].astype(float) + rows["low"].astype(float) + rows["close"].astype(float)) / 3
        ).astype(np.float32)
        seen = np.flatnonzero(rows[FIELDS].notna().any(axis=1).to_numpy())
        # To the end of the calendar, so that what follows a last observation is compared as well.
        start, rows = seen[0], rows.iloc[seen[0] :]
        # Numbered: Qlib reads "NAN" or "NA" as a missing name.
        name = f"A{number:04d}"
        lines.append(f"{name}\t{dates[start]:%Y-%m-%d}\t{dates[-1]:%Y-%m-%d}\n")
        place = folder / "features" / name.lower()
        place.mkdir(parents=True)
        for field in rows.columns:
            values = np.concatenate([[start], rows[field].to_numpy()]).astype("<f4")
            values.tofile(place / f"{field}.day.bin")
    (folder / "instruments/all.txt").write_text("".join(lines))
    return dates, sorted(frame["ticker"].unique())


def evaluate(frame, names, expressions):
    """Seconds taken, and values as dates × assets × columns; NaN before an asset's first date.

    Single precision, which is what Qlib gives.
    """
    import qlib
    from qlib.data import D

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        dates, tickers = write_bins(frame, folder)
        qlib.init(
            provider_uri=str(folder), region="us", kernels=1, joblib_backend="threading",
            expression_cache=None, dataset_cache=None, logging_level="ERROR",
        )
        start = time.perf_counter()
        table = D.features(
            D.instruments("all"), expressions, start_time=dates[0], end_time=dates[-1], freq="day"
        )
        seconds = time.perf_counter() - start
    table.columns = names
    table = table.reorder_levels(["datetime", "instrument"])
    whole = pd.MultiIndex.from_product([dates, [f"A{i:04d}" for i in range(len(tickers))]])
    values = table.reindex(whole).to_numpy(np.float32).reshape(len(dates), len(tickers), len(names))
    return seconds, dates, tickers, values


def alpha158():
    """All of Alpha158 in its own order."""
    from qlib.contrib.data.loader import Alpha158DL

    expressions, names = Alpha158DL.get_feature_config()
    return names, expressions


def alpha20(with_label):
    chosen = dict(zip(*alpha158()))
    names = list(ALPHA20)
    expressions = [chosen[name] for name in names]
    return (names + ["LABEL"], expressions + [LABEL]) if with_label else (names, expressions)


def raw(window):
    """Alpha360's definitions for its last `window` dates."""
    from qlib.contrib.data.loader import Alpha360DL

    expressions, names = Alpha360DL.get_feature_config()
    kept = [i for i, name in enumerate(names) if int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) < window]
    return [names[i] for i in kept], [expressions[i] for i in kept]


def write(path, names, dates, tickers, values, last):
    if path.endswith(".npy"):
        np.save(path, values)
        return
    if path.endswith(".h5"):
        import h5py

        with h5py.File(path, "w") as file:
            # Date × asset × column; compressed column by column, shuffled, as like lies by like.
            file.create_dataset(
                "values", data=values, compression="gzip", compression_opts=9, shuffle=True,
                chunks=(values.shape[0], values.shape[1], 1),
            )
            file["columns"], file["assets"] = names, tickers
            file["dates"] = [f"{pd.Timestamp(d):%Y-%m-%d}" for d in dates]
        return
    dates, values = dates[-last:] if last else dates, values[-last:] if last else values
    index = pd.MultiIndex.from_product(
        [[f"{pd.Timestamp(d):%Y-%m-%d}" for d in dates], tickers], names=["date", "ticker"]
    )
    table = pd.DataFrame(values.reshape(-1, len(names)), index=index, columns=names)
    table.to_csv(path, float_format="%.7g", na_rep="nan", lineterminator="\n")


def compare(qlib_path, path):
    """A line for each column: where only one is NaN, and the largest difference relative to Qlib's value.

    A value below 1e-9 of the column's median magnitude counts as 0.
    """
    names, _ = alpha158()
    qlib = np.load(qlib_path, mmap_mode="r")
    ours = np.memmap(path, dtype="<f4", mode="r", shape=qlib.shape)
    print("column,known,nan in one alone,infinite in qlib,equal to the bit,largest relative difference")
    worst = 0
    for column, name in enumerate(names):
        theirs = np.asarray(qlib[:, :, column], dtype=np.float64).ravel()
        mine = np.asarray(ours[:, :, column], dtype=np.float64).ravel()
        infinite = np.isinf(theirs)
        theirs[infinite] = np.nan
        apart = int((np.isnan(theirs) != np.isnan(mine)).sum())
        both = ~np.isnan(theirs) & ~np.isnan(mine)
        x, y = theirs[both], mine[both]
        counts = np.abs(x) > 1e-9 * np.median(np.abs(x))
        difference = np.abs(x - y)
        relative = float((difference[counts] / np.abs(x[counts])).max())
        worst = max(worst, relative)
        equal = (difference == 0).mean()
        print(f"{name},{both.sum()},{apart},{int(infinite.sum())},{equal:.6f},{relative:.1e}")
    print(f"largest of all: {worst:.1e}")


def print_labels():
    section = pd.Series([0.02, -0.01, np.nan, 0.005, 0.005, 0.03, -0.04])
    rank = (section.rank(pct=True) - 0.5) * 3.46
    print("returns", section.tolist())
    print("CSZScoreNorm", ((section - section.mean()) / section.std()).tolist())
    print("CSRankNorm", rank.tolist())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["panel", "alpha20", "alpha158", "raw", "time", "compare", "labels"])
    parser.add_argument("input", nargs="?")
    parser.add_argument("output", nargs="?")
    parser.add_argument("--window", type=int, default=60)
    parser.add_argument("--last", type=int, default=0, help="only so many dates from the end")
    parser.add_argument("--set", choices=["alpha20", "alpha158"], default="alpha20")
    given = parser.parse_args()
    if given.what == "labels":
        return print_labels()
    if given.what == "compare":
        return compare(given.input, given.output)
    if given.what == "panel":
        return made_up_panel().to_csv(given.input, index=False, lineterminator="\n")
    # No reader's guess: a ticker may be called "NA".
    frame = pd.read_csv(given.input, keep_default_na=False, na_values=[""])
    if given.what == "time":
        chosen = alpha20(with_label=False) if given.set == "alpha20" else alpha158()
        seconds, _, _, _ = evaluate(frame, *chosen)
        return print(f"{seconds:.3f}")
    sets = {
        "alpha20": lambda: alpha20(with_label=True), "alpha158": alpha158,
        "raw": lambda: raw(given.window),
    }
    names, expressions = sets[given.what]()
    seconds, dates, tickers, values = evaluate(frame, names, expressions)
    write(given.output, names, dates, tickers, values, given.last)
    print(f"{len(dates)} dates, {len(tickers)} assets, {len(names)} columns in {seconds:.2f} s")


if __name__ == "__main__":
    main()
