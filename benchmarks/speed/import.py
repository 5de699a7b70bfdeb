"""Times `qbench import csv` against pandas' read_csv and pivot, in one run.

    python import.py QBENCH PRICES.csv.gz [--attributes SECTORS.csv] [--repeat 5] [--speed SPEED]

Both sides run as whole processes, in turn, and each side's best time counts. pandas is given the
same work: read the file, pivot it to a date x asset x field cube of single precision and, where
the compressed file is also written by qbench, nothing more; so the comparison favours pandas. Its
time without starting Python and importing pandas is printed too. The last line is the ratio of the two
whole processes: above 1, qbench is faster. With SPEED, the program of the package beside this file,
both readers are also compared within their processes, nothing started and nothing written.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

PANDAS = """
import sys, time
import numpy as np, pandas as pd
start = time.perf_counter()
table = pd.read_csv(sys.argv[1])
date, asset = list(table.columns[:2])
cube = table.pivot(index=date, columns=asset)
fields = list(table.columns[2:])
values = np.stack([cube[field].to_numpy(dtype=np.float32) for field in fields], axis=-1)
print(time.perf_counter() - start, *values.shape)
"""


def timed(command):
    start = time.perf_counter()
    result = subprocess.run(command, capture_output=True, text=True)
    elapsed = time.perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stderr.strip()}")
    return elapsed, result.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("qbench")
    parser.add_argument("prices")
    parser.add_argument("--attributes")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--speed")
    options = parser.parse_args()

    ours, theirs, inside, reading = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.repeat):
            out = os.path.join(folder, f"{turn}.h5")
            command = [options.qbench, "import", "csv", options.prices, "--out", out]
            if options.attributes:
                command += ["--attributes", options.attributes]
            ours.append(timed(command)[0])
            elapsed, text = timed([sys.executable, "-c", PANDAS, options.prices])
            theirs.append(elapsed)
            inside.append(float(text.split()[0]))
            if options.speed:
                _, text = timed([options.speed, "import", options.prices])
                reading.append(float(text.split()[-1]))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"qbench import csv, HDF5 written    {min(ours):.3f} s")
    print(f"pandas, whole process              {min(theirs):.3f} s")
    print(f"pandas, read_csv and pivot alone   {min(inside):.3f} s")
    print(f"largest process of either side     {peak:.0f} MiB")
    print(f"ratio to read_csv and pivot alone  {min(inside) / min(ours):.2f}")
    if reading:
        print(f"read into a panel, nothing written {min(reading):.3f} s")
        print(f"ratio of the readers alone         {min(inside) / min(reading):.2f}")
    print(f"ratio                              {min(theirs) / min(ours):.2f}")


if __name__ == "__main__":
    main()
