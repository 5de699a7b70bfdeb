"""Daily IC and RankIC: qbench against pandas' groupby-apply, on the same made-up panel.

    swift build -c release --package-path benchmarks/speed
    python benchmarks/speed/daily_ic.py benchmarks/speed/.build/release/speed

pandas does what Qlib's calc_ic does: one groupby-apply for Pearson and one for Spearman. Both sides
run on one thread, are given numbers that already lie in memory, and take the best of several runs.
The daily values must agree, or nothing is printed but the disagreement.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("binary", help="the speed executable")
parser.add_argument("--dates", type=int, default=1259)
parser.add_argument("--assets", type=int, default=505)
parser.add_argument("--repeats", type=int, default=3, help="runs of pandas; qbench has ten times as many")
parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio is lower")
arguments = parser.parse_args()

dates, assets = arguments.dates, arguments.assets
rng = np.random.default_rng(7)
predictions = rng.normal(size=(dates, assets)).astype(np.float32)
returns = (0.001 * predictions + 0.02 * rng.normal(size=(dates, assets))).astype(np.float32)
returns[rng.random(size=returns.shape) < 0.02] = np.nan

with tempfile.NamedTemporaryFile(suffix=".f32") as file:
    file.write(predictions.tobytes() + returns.tobytes())
    file.flush()
    finished = subprocess.run(
        [arguments.binary, "daily-ic", file.name]
        + [str(dates), str(assets), str(10 * arguments.repeats)],
        stdout=subprocess.PIPE,
        check=True,
    )
ours = json.loads(finished.stdout)

index = pd.MultiIndex.from_product([range(dates), range(assets)], names=["datetime", "instrument"])
frame = pd.DataFrame({"pred": predictions.ravel(), "label": returns.ravel()}, index=index)
seconds = []
for _ in range(arguments.repeats):
    start = time.perf_counter()
    groups = frame.groupby("datetime", group_keys=False)
    ic = groups.apply(lambda day: day["pred"].corr(day["label"]))
    rank_ic = groups.apply(lambda day: day["pred"].corr(day["label"], method="spearman"))
    seconds.append(time.perf_counter() - start)

gap = max(
    np.abs(np.array(ours["ic"], float) - ic.to_numpy()).max(),
    np.abs(np.array(ours["rankIC"], float) - rank_ic.to_numpy()).max(),
)
if not gap < 1e-6:
    sys.exit(f"daily values differ from pandas' by {gap:.3g}")

mine, theirs = min(ours["seconds"]), min(seconds)
print(
    json.dumps(
        {
            "benchmark": "daily IC and RankIC",
            "dates": dates,
            "assets": assets,
            "qbench_seconds": mine,
            "pandas_seconds": theirs,
            "ratio": theirs / mine,
            "largest_difference": gap,
            "pandas": pd.__version__,
        }
    )
)
if arguments.at_least is not None and theirs / mine < arguments.at_least:
    sys.exit(f"the ratio {theirs / mine:.1f} is below {arguments.at_least}")
