#!/usr/bin/env python3
"""How many times faster alpha20 is computed here than by pyqlib, on one panel and one thread each.

  alpha20.py PANEL.csv[.gz] --swift 'PATH/TO/speed alpha20' [--rounds 3]

The Swift command gets the panel's path as its last argument, reads it, computes alpha20 once and
prints the seconds that the computation alone took, as the last word of its last line. pyqlib's time
is that of `D.features` alone, its storage written before. Both take turns; the best round of each
counts, so that a busy machine is not mistaken for a slow program.
"""

import argparse
import os
import pathlib
import shlex
import subprocess
import sys

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "pyqlib_features.py"
ONE_THREAD = {
    name: "1"
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"]
}


def seconds(command):
    out = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD}
    ).stdout
    return float(out.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panel")
    parser.add_argument("--swift", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    ours, theirs = [], []
    for _ in range(given.rounds):
        ours.append(seconds(shlex.split(given.swift) + [given.panel]))
        theirs.append(seconds([sys.executable, str(PEER), "time", given.panel]))
    print(f"alpha20: here {min(ours):.3f} s, pyqlib {min(theirs):.3f} s: {min(theirs) / min(ours):.1f} x")


if __name__ == "__main__":
    main()
