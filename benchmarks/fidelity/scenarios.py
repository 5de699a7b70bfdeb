"""Every scenario template at three severities, and a table of what was met.

    scenarios.py QBENCH GENERATOR MARKET FOLDER [PATHS]

The generator is fitted once, into FOLDER, and asked for each scenario. A cell of the table says how many
of so many draws became paths, and how much of a tolerance was used by the path and target that came nearest
to one; what was missed, and by how much, stands below the table. Severity must be
monotone in the drawdown and in the volatility of every phase; where it is not, that is said, and the
status is 1 as it is where a target was missed.
"""

import json
import os
import subprocess
import sys

from qbench_runs import markdown, run

SEVERITIES = [0.5, 1, 2]


def templates(qbench):
    listed = subprocess.run([qbench, "list", "--json"], capture_output=True, text=True, check=True)
    return [item["id"] for item in json.loads(listed.stdout)["scenarios"]]


def worst(report):
    """The target nearest to its tolerance, over all paths: share of the tolerance used, and its name."""
    shares = [
        (max(abs(row[end] - row["target"]) for end in ("least", "most")) / row["tolerance"], row["quantity"])
        for row in report["scenario"]["rows"]
    ]
    return max(shares)


def cell(report):
    if "error" in report:
        return "missed"
    scenario, (share, quantity) = report["scenario"], worst(report)
    return f"{scenario['paths']} of {scenario['draws']}, {100 * share:.0f} % {quantity}"


def monotone(reports):
    """Names of the quantities that do not grow with severity though the scenario asks for it."""
    found = []
    for column in zip(*(report["scenario"]["rows"] for report in reports)):
        name = column[0]["quantity"]
        if name != "drawdown" and not name.startswith("volatility"):
            continue
        targets, reached = ([row[key] for row in column] for key in ("target", "reached"))
        rises = targets == sorted(targets)
        if reached != sorted(reached, reverse=not rises):
            found.append(f"{name} {[round(value, 4) for value in reached]}")
    return found


def main(qbench, generator, market, folder, paths="4"):
    os.makedirs(folder, exist_ok=True)
    stored = os.path.join(folder, generator + ".h5")
    scratch = os.path.join(folder, "paths.h5")
    fitted = run(
        qbench,
        ["generate", "--generator", generator, "--from", market, "--days", "5", "--keep", stored,
         "--out", scratch],
        os.path.join(folder, f"{generator}-fit.json"),
    )
    if "error" in fitted:
        sys.exit(fitted["error"])
    rows, complaints = [], []
    for name in templates(qbench):
        reports = []
        for severity in SEVERITIES:
            arguments = ["generate", "--generator", stored, "--from", market, "--scenario", name]
            arguments += ["--severity", str(severity), "--paths", paths, "--out", scratch]
            report = run(qbench, arguments, os.path.join(folder, f"{generator}-{name}-{severity}.json"))
            reports.append(report)
            if "error" in report:
                complaints.append(f"{name} at {severity}: {report['error']}")
            print(name, severity, cell(report), f"{report['seconds']:.0f} s", file=sys.stderr, flush=True)
        if not any("error" in report for report in reports):
            complaints += [f"{name}: {line} does not follow severity" for line in monotone(reports)]
        rows.append([f"`{name}`"] + [cell(report) for report in reports])
    print(markdown(["template"] + [f"severity {severity}" for severity in SEVERITIES], rows))
    print(f"\nfitting took {fitted['seconds']:.0f} s")
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
