"""The same leaderboard by qbench and by a Python pipeline: seconds, processor seconds and memory of all of it.

    make release
    python benchmarks/speed/leaderboard.py .build/release/qbench

Eight models of seven families on the folds of one market, as many workers on both sides, each of one thread:
qbench as `qbench run`, Python (`python_leaderboard.py` beside this file) as one process a core with scikit-learn,
XGBoost and PyTorch in float32. Rows, labels, hyperparameters, batches and epochs are the same (no fit stops
early; the best epoch by validation loss is kept on both sides); Python's networks are those of
`benchmarks/parity`, which reach the same RankIC.

Rows reach Python as qbench scaled them: an `external` model that is run beforehand leaves them in files. So
Python is spared features, labels and scaling, and does not resample anything for intervals; qbench's side is a
whole run, from making the market to report.html. Both take turns, and the best round of each counts. Memory is the largest
sum over all processes of a side, shared pages counted once (PSS), looked at five times a second.
`processor_ratio` compares processor seconds, which a busy machine disturbs less than the ratio of elapsed ones.
The RankIC of every model is printed for both sides: they must tell the same story.
"""

import argparse
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PEER = [sys.executable, str(pathlib.Path(__file__).resolve().parent / "python_leaderboard.py")]

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("binary", help="the qbench executable")
parser.add_argument("--assets", type=int, default=64)
parser.add_argument("--dates", type=int, default=700)
parser.add_argument("--folds", type=int, default=2)
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="workers on either side")
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--only", help="models, separated by commas")
parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio of seconds is lower")
parser.add_argument("--memory-at-most", type=float, help="exit with 1 if our share of memory is higher")
arguments = parser.parse_args()
binary = os.path.abspath(arguments.binary)

# The hyperparameters of both sides; python_leaderboard.py reads the epochs from here.
MODELS = [
    {"id": "linear", "name": "ridge", "hyperparameters": {"penalty": "ridge", "strengths": [1000]}},
    {"id": "svr", "name": "svr", "hyperparameters": {"costs": [0.001], "epsilons": [0.5]}},
    {"id": "random_forest", "name": "random_forest"},
    {"id": "gbdt", "name": "gbdt", "hyperparameters": {"rounds": 200, "patience": 200}},
    {"id": "dnn", "name": "dnn", "hyperparameters": {"epochs": 15, "patience": 15}},
    {"id": "lstm", "name": "lstm", "hyperparameters": {"epochs": 6, "patience": 6}},
    {"id": "transformer", "name": "transformer", "hyperparameters": {"epochs": 3, "patience": 3}},
    {"id": "gnn", "name": "gnn", "hyperparameters": {"epochs": 15, "patience": 15, "edges": ["sector"]}},
]
if arguments.only:
    MODELS = [model for model in MODELS if model["name"] in arguments.only.split(",")]

market = {
    "sources": ["real"],
    # Every asset on every date: Python's graph network wants whole cross-sections.
    "datasetParameters": {
        "assets": arguments.assets, "dates": arguments.dates, "lateListings": 0, "sectors": 8},
    "split": {"folds": arguments.folds}, "seeds": arguments.seeds,
    "explain": {"rows": 0}, "intervals": {"resamples": 100}}


class Side:
    """A command that is watched: seconds, processor seconds, and memory of all its processes."""

    def __init__(self, command, folder, environment):
        before, start = os.times(), time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.peak, ended = 0, threading.Event()

        def watch():
            while not ended.wait(0.2):
                self.peak = max(self.peak, sum(map(pss, family(child.pid))))

        watching = threading.Thread(target=watch)
        watching.start()
        errors = child.communicate()[1]
        self.seconds = time.perf_counter() - start
        ended.set()
        watching.join()
        after = os.times()
        self.processor = (
            after.children_user + after.children_system - before.children_user - before.children_system)
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{errors[-2000:]}")


def family(root):
    """A process and all that descend from it."""
    parents = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                parents[int(path.split("/")[2])] = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue  # it has just ended
    found, grown = {root}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found


def pss(process):
    """Proportional set size in MiB: pages shared by n processes count one nth for each."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0


def exported(folder):
    """Leaves the rows of every fold in files: single rows, and windows of 20 dates."""
    zeros = (
        "import os, h5py, numpy; n = len(h5py.File(os.environ['QBENCH_TEST'])['date']); "
        "h5py.File(os.environ['QBENCH_OUTPUT'], 'w')['predictions'] = numpy.arange(n, dtype='f4')")
    families = [
        {"id": "external", "name": f"window {window}", "hyperparameters": {
            "command": [sys.executable, "-c", zeros], "window": window}} for window in (1, 20)]
    with open(f"{folder}/rows.json", "w") as file:
        json.dump({**market, "families": families}, file)
    os.mkdir(f"{folder}/rows")
    os.mkdir(f"{folder}/folds")
    Side([binary, "run", "rows.json", "--jobs", "1", "--out", "exported"], folder,
         {"QBENCH_KEEP_EXTERNAL": f"{folder}/rows"})
    Side([*PEER, "prepare", "rows", "exported", "folds"], folder, {})
    shutil.rmtree(f"{folder}/rows")


def scores(run):
    with open(f"{run}/leaderboard.json") as file:
        rows = json.load(file)["rows"]
    return {row["name"]: row["metrics"]["rank_ic"]["mean"] for row in rows}


ours, theirs, loads = [], [], []
with tempfile.TemporaryDirectory() as folder:
    exported(folder)
    with open(f"{folder}/spec.json", "w") as file:
        json.dump({**market, "families": MODELS}, file)
    for turn in range(arguments.rounds):
        loads.append(os.getloadavg()[0])
        ours.append(Side(
            [binary, "run", "spec.json", "--jobs", str(arguments.jobs), "--out", f"run{turn}"], folder, {}))
        theirs.append(Side(
            [*PEER, "run", "spec.json", "folds", str(arguments.jobs), "python.json"], folder, {}))
    mine = scores(f"{folder}/run0")
    with open(f"{folder}/python.json") as file:
        peers = json.load(file)

best = [min(getattr(side, what) for side in sides)
        for what in ("seconds", "processor", "peak") for sides in (ours, theirs)]
print(json.dumps({
    "benchmark": "leaderboard", "assets": arguments.assets, "dates": arguments.dates,
    "folds": arguments.folds, "seeds": arguments.seeds, "jobs": arguments.jobs, "load_before": loads,
    "qbench_seconds": best[0], "python_seconds": best[1], "ratio": best[1] / best[0],
    "qbench_processor_seconds": best[2], "python_processor_seconds": best[3],
    "processor_ratio": best[3] / best[2],
    "qbench_megabytes": best[4], "python_megabytes": best[5], "memory_share": best[4] / best[5]}))
print(f"{'model':15}{'qbench':>9}{'Python':>9}{'Python s a fit':>17}")
for model in MODELS:
    name = model["name"]
    print(f"{name:15}{mine[name]:9.4f}{peers['rank_ic'][name]:9.4f}{peers['seconds'][name]:17.2f}")
if arguments.at_least is not None and best[1] / best[0] < arguments.at_least:
    sys.exit(f"the ratio {best[1] / best[0]:.2f} is below {arguments.at_least}")
if arguments.memory_at_most is not None and best[4] / best[5] > arguments.memory_at_most:
    sys.exit(f"the share of memory {best[4] / best[5]:.2f} is above {arguments.memory_at_most}")
