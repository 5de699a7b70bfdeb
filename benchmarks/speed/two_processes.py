"""Two cells in two processes against one cell alone: do workers get in each other's way?

    make release
    python benchmarks/speed/two_processes.py .build/release/qbench --at-most 1.15

A run of two folds of one family has two cells of equal size. It is carried out with one worker, so that
each cell has the machine for itself, and with two, so that both are trained side by side; the ratio is that
of the seconds a cell took to fit and predict, the longer of the two, best of several rounds in turn.
Predictions must be the same bits. Wants two free cores: the load before each round is printed, and a load
that is not the benchmark's own makes the ratio mean nothing.
"""

import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("binary", help="the qbench executable")
parser.add_argument("--family", default="lstm")
parser.add_argument("--assets", type=int, default=64)
parser.add_argument("--dates", type=int, default=500)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--at-most", type=float, help="exit with 1 if the ratio is higher")
arguments = parser.parse_args()

spec = {
    "datasetParameters": {"assets": arguments.assets, "dates": arguments.dates},
    "split": {"folds": 2}, "families": [arguments.family], "seeds": 1,
    "intervals": {"resamples": 50}}


def longest_cell(folder, workers):
    """Seconds of the longer of the two cells, and the leaderboard's bytes."""
    out = f"{folder}/{workers}-{time.monotonic_ns()}"
    subprocess.run(
        [arguments.binary, "run", f"{folder}/spec.json", "--jobs", str(workers), "--out", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    seconds = []
    for path in glob.glob(f"{out}/cells/*.json"):
        with open(path) as file:
            cell = json.load(file)
        if cell["family"] == arguments.family:
            seconds.append(cell["seconds"]["fit"] + cell["seconds"]["predict"])
    with open(f"{out}/leaderboard.json", "rb") as file:
        return max(seconds), file.read()


loads, alone, together, boards = [], [], [], set()
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/spec.json", "w") as file:
        json.dump(spec, file)
    for _ in range(arguments.rounds):
        for workers, seconds in ((1, alone), (2, together)):
            loads.append(os.getloadavg()[0])
            longest, board = longest_cell(folder, workers)
            seconds.append(longest)
            boards.add(board)

ratio = min(together) / min(alone)
print(
    json.dumps({
        "benchmark": "two processes", "family": arguments.family, "assets": arguments.assets,
        "dates": arguments.dates, "alone_seconds": alone, "together_seconds": together,
        "ratio": ratio, "load_before": loads, "cores": os.cpu_count()}))
if len(boards) > 1:
    sys.exit("one and two workers gave different predictions")
if arguments.at_most is not None and ratio > arguments.at_most:
    sys.exit(f"the ratio {ratio:.2f} is above {arguments.at_most}")
