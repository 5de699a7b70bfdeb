#!/usr/bin/env python3
"""How many times faster alpha20 or alpha158 is computed here than by pyqlib, one thread each.

  alpha.py alpha158 PANEL.csv[.gz] SPEED [--rounds 3]

SPEED is the program of the package beside this file (`swift build -c release`, then
`.build/release/speed`); `SPEED alpha158 PANEL` reads the panel, computes the set once and prints
the seconds that the computation alone took, as the last word. pyqlib's time is that of `D.features`
alone, its storage written before. Both take turns; the best round of each counts, so that a busy
machine is not mistaken for a slow program. Peak memory, and the processor time that other programs
change less, are those of the whole processes, with reading the panel and, for pyqlib, writing its storage.
"""

import argparse
import os
import pathlib
import subprocess
import sys

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "pyqlib_features.py"
ONE_THREAD = {
    name: "1"
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"]
}


def run(command):
    """The seconds printed; the whole process's processor time, and its peak memory in MiB."""
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD}
    )
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return float(out.split()[-1]), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=["alpha20", "alpha158"])
    parser.add_argument("panel")
    parser.add_argument("speed")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    ours, theirs = [], []
    for _ in range(given.rounds):
        ours.append(run([given.speed, given.set, given.panel]))
        theirs.append(run([sys.executable, str(PEER), "time", given.panel, "--set", given.set]))
    for name, (seconds, processor, memory) in [("here", min(ours)), ("pyqlib", min(theirs))]:
        print(f"{name:6} {seconds:8.3f} s; process {processor:7.2f} s of processor, {memory:5.0f} MiB")
    print(f"{given.set}: {min(theirs)[0] / min(ours)[0]:.1f} x")


if __name__ == "__main__":
    main()
