"""What a second worker brings: the same fresh run with --jobs 1 and with --jobs 2.

    make release
    python benchmarks/speed/two_workers.py .build/release/qbench --at-least 1.8

Throughput is cells a second of a whole run, from start to report, loading and scoring included; the best of
several rounds in turn counts, and the leaderboards must be the same bytes. Wants two free cores: the load before
each round is printed, and a load that is not the benchmark's own makes the ratio mean nothing.
`two_processes.py` asks the narrower question whether two cells side by side slow each other down.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("binary", help="the qbench executable")
parser.add_argument("--assets", type=int, default=64)
parser.add_argument("--dates", type=int, default=1000)
parser.add_argument("--folds", type=int, default=4)
parser.add_argument("--families", default="linear,svr,random_forest,gbdt,dnn,lstm,gnn,transformer")
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio is lower")
arguments = parser.parse_args()

spec = {
    "sources": ["real"], "families": arguments.families.split(","), "seeds": 1,
    "datasetParameters": {"assets": arguments.assets, "dates": arguments.dates},
    "split": {"folds": arguments.folds}}


def run(folder, jobs):
    """Seconds of a fresh run, and the leaderboard's bytes."""
    out, start = f"{folder}/run", time.perf_counter()
    subprocess.run(
        [arguments.binary, "run", f"{folder}/spec.json", "--jobs", str(jobs), "--out", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        env={name: value for name, value in os.environ.items() if name != "QBENCH_CACHE"})
    seconds = time.perf_counter() - start
    with open(f"{out}/leaderboard.json", "rb") as file:
        board = file.read()
    shutil.rmtree(out)
    return seconds, board


loads, seconds, boards = [], {1: [], 2: []}, set()
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/spec.json", "w") as file:
        json.dump(spec, file)
    for _ in range(arguments.rounds):
        for jobs in seconds:
            loads.append(os.getloadavg()[0])
            took, board = run(folder, jobs)
            seconds[jobs].append(took)
            boards.add(board)

ratio = min(seconds[1]) / min(seconds[2])
print(json.dumps({
    "benchmark": "two workers", "assets": arguments.assets, "dates": arguments.dates,
    "families": spec["families"], "folds": arguments.folds, "one_worker_seconds": seconds[1],
    "two_workers_seconds": seconds[2], "ratio": ratio, "load_before": loads, "cores": os.cpu_count()}))
if len(boards) > 1:
    sys.exit("one and two workers gave different leaderboards")
if arguments.at_least is not None and ratio < arguments.at_least:
    sys.exit(f"the ratio {ratio:.2f} is below {arguments.at_least}")
