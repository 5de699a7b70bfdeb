"""Runs of the qbench binary, one after the other on one thread, with their reports and the processor seconds
they took.

A run whose report is there already is not run again: sweeps go on where they were interrupted.
"""

import json
import os
import resource
import subprocess

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(qbench, arguments, report):
    """The JSON that a command printed, kept in `report` with its seconds; or {"error": …}."""
    if os.path.exists(report):
        with open(report) as file:
            return json.load(file)
    begun = children_seconds()
    done = subprocess.run(
        [qbench, *arguments, "--json"], capture_output=True, text=True, env=os.environ | ONE_THREAD
    )
    found = json.loads(done.stdout) if done.returncode == 0 else {"error": done.stderr.strip()}
    found["seconds"] = children_seconds() - begun
    with open(report + ".part", "w") as file:
        json.dump(found, file)
    os.replace(report + ".part", report)
    return found


def markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
