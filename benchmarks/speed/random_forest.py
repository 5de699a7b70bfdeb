"""Random forest: qbench (XGBoost in forest mode) against scikit-learn, on the same made-up rows.

    swift build -c release --package-path benchmarks/speed
    python benchmarks/speed/random_forest.py benchmarks/speed/.build/release/speed

Both sides grow as many trees as deep, with the same shares of rows and columns and the same smallest
leaf, on one thread, from numbers that already lie in memory, best of several runs. `cpu_ratio` is that
of processor seconds, which a busy machine disturbs less; qbench's are those of its whole process over
the number of runs, start and prediction included. They are not the same estimator: qbench's thresholds
come from histograms of 256 bins, and its rows are drawn without replacement. So the R2 on unseen rows
is printed for both, beside the ratios.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestRegressor

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("binary", help="the speed executable")
parser.add_argument("--rows", type=int, default=100_000)
parser.add_argument("--columns", type=int, default=20)
parser.add_argument("--trees", type=int, default=100)
parser.add_argument("--depth", type=int, default=8)
parser.add_argument("--row-share", type=float, default=0.632)
parser.add_argument(
    "--column-share", type=float, default=1.0, help="1, scikit-learn's default for regression")
parser.add_argument("--minimum-leaf", type=int, default=20)
parser.add_argument("--repeats", type=int, default=1, help="runs of scikit-learn; qbench has three")
parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio is lower")
arguments = parser.parse_args()

rows, unseen, columns = arguments.rows, 20_000, arguments.columns
rng = np.random.default_rng(7)
x = rng.normal(size=(rows + unseen, columns)).astype(np.float32)
signal = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * x[:, 3]
y = (signal + rng.normal(size=len(x))).astype(np.float32)

with tempfile.NamedTemporaryFile(suffix=".f32") as file:
    file.write(x.tobytes() + y[:rows].tobytes())
    file.flush()
    hyperparameters = json.dumps({
        "trees": arguments.trees, "depth": arguments.depth, "rowShare": arguments.row_share,
        "columnShare": arguments.column_share, "minimumLeaf": arguments.minimum_leaf})
    finished = subprocess.run(
        [arguments.binary, "fit", "random_forest", file.name, str(rows), str(unseen), str(columns),
         "3", hyperparameters],
        stdout=subprocess.PIPE, check=True)
ours = json.loads(finished.stdout)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
own_cpu = (used.ru_utime + used.ru_stime) / len(ours["seconds"])

seconds, cpu = [], []
for _ in range(arguments.repeats):
    model = RandomForestRegressor(
        n_estimators=arguments.trees, max_depth=arguments.depth, n_jobs=1, random_state=0,
        max_samples=arguments.row_share, max_features=arguments.column_share,
        min_samples_leaf=arguments.minimum_leaf)
    start, start_cpu = time.perf_counter(), time.process_time()
    model.fit(x[:rows], y[:rows])
    seconds.append(time.perf_counter() - start)
    cpu.append(time.process_time() - start_cpu)


def r2(predictions):
    truth = y[rows:]
    return float(1 - np.mean((truth - predictions) ** 2) / np.var(truth))


mine, theirs = min(ours["seconds"]), min(seconds)
print(
    json.dumps({
        "benchmark": "random forest", "rows": rows, "columns": columns,
        "hyperparameters": json.loads(hyperparameters), "qbench_seconds": mine,
        "sklearn_seconds": theirs, "ratio": theirs / mine,
        "qbench_cpu_seconds": own_cpu, "sklearn_cpu_seconds": min(cpu),
        "cpu_ratio": min(cpu) / own_cpu, "load": os.getloadavg()[0],
        "qbench_r2": r2(np.array(ours["predictions"])), "sklearn_r2": r2(model.predict(x[rows:])),
        "sklearn": sklearn.__version__,
    }))
if arguments.at_least is not None and theirs / mine < arguments.at_least:
    sys.exit(f"the ratio {theirs / mine:.1f} is below {arguments.at_least}")
