"""The table of Quant GANs (Wiese et al., 2020, table 2) with `quantgan` and GARCH beside it.

    python3 benchmarks/fidelity/quant_gans.py INDEX.csv.gz --work DIR [--qbench .build/release/qbench]
        [--seeds 1,2,3] [--samples in,out] [--generators quantgan,gjr_t,garch]

INDEX has the columns Date (month/day/year) and Adj Close of the S&P 500, 1999 to 2018. Whatever is in
DIR already is not made again; a stopped run goes on. Only the Python standard library is used.

in   fitted to 2009-05-01 to 2018-12-31 and compared with it, as the paper does
out  fitted to 1999 to 2008, compared with 2009 to 2018, which neither fit nor best moment have seen; the
     hyperparameters were chosen on `in`, whose years these are
"""

import argparse
import csv
import gzip
import json
import math
import os
import subprocess
import sys
import time

SAMPLES = {
    "in": ("2009-05-01:2018-12-31", "2009-05-01:2018-12-31"),
    "out": ("1999-01-01:2008-12-31", "2009-01-01:2018-12-31"),
}

# Name: generator, hyperparameters.
GENERATORS = {
    "quantgan": (
        "quantgan",
        '{architecture: "tcn", hidden: 32, criticHidden: 32, steps: 7000, generatorRate: 0.001, '
        'correlations: "each", paths: 2, days: 2431, memory: 10, averaging: 0.98, mapsFrom: 0.3}'),
    "gjr_t": ("garch", "{}"),
    "garch": ("garch", '{leverage: false, innovations: "normal"}'),
}

# Row, metric, digits, and the paper's TCN, C-SVNN with drift, GARCH(1,1).
ROWS = [
    ("EMD(1)", "wasserstein.1", 5, None),
    ("EMD(5)", "wasserstein.5", 5, None),
    ("EMD(20)", "wasserstein.20", 5, None),
    ("EMD(100)", "wasserstein.100", 4, None),
    ("DY(1)", "dragulescu_yakovenko.1", 1, (19.1199, 19.8523, 32.7090)),
    ("DY(5)", "dragulescu_yakovenko.5", 1, (21.1167, 21.2445, 27.4760)),
    ("DY(20)", "dragulescu_yakovenko.20", 1, (26.3294, 25.0464, 39.3796)),
    ("DY(100)", "dragulescu_yakovenko.100", 1, (28.1315, 25.8081, 46.4779)),
    ("ACF(id)", "acf_raw.250", 4, (0.0212, 0.0220, 0.0223)),
    ("ACF(abs)", "acf_absolute.250", 4, (0.0248, 0.0287, 0.0291)),
    ("ACF(sq)", "acf_squared.250", 4, (0.0214, 0.0245, 0.0253)),
    ("Leverage", "leverage_l2.250", 3, (0.3291, 0.3351, 0.4636)),
]

# Student's t at 97.5 %, by degrees of freedom.
STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]


def import_closes(index, work, qbench):
    panel = os.path.join(work, "index.h5")
    if os.path.exists(panel):
        return panel
    closes = os.path.join(work, "closes.csv")
    opened = gzip.open(index, "rt") if index.endswith(".gz") else open(index)
    with opened as source, open(closes, "w") as target:
        target.write("date,close\n")
        for row in csv.DictReader(source):
            target.write(f"{row['Date']},{row['Adj Close']}\n")
    subprocess.run(
        [qbench, "import", "csv", closes, "--dates", "mdy", "--asset", "SPX", "--out", panel],
        check=True, stdout=subprocess.DEVNULL)
    return panel


def measure(options, panel, sample, name, seed):
    """One generator, one seed: its rows, each with the floor that a perfect one would have."""
    kept = os.path.join(options.work, f"{sample}-{name}-{seed}.json")
    if os.path.exists(kept):
        with open(kept) as file:
            return json.load(file)
    (learnt, compared), (generator, settings) = SAMPLES[sample], GENERATORS[name]
    paths = kept[:-5] + ".h5"
    began = time.time()
    made = subprocess.run(
        [options.qbench, "generate", "--generator", generator, "--hyperparameters", settings,
         "--from", panel, "--dates", learnt, "--watch", "0", "--paths", "500", "--days", "4000",
         "--seed", str(seed), "--out", paths, "--json"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds = time.time() - began
    report = json.loads(subprocess.run(
        [options.qbench, "fidelity", paths, "--against", panel, "--dates", compared,
         "--page", kept[:-5] + ".html", "--json"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)
    os.remove(paths)
    rows = {}
    for row in report["report"]["rows"]:
        key = row["metric"] + (f".{row['horizon']}" if row.get("horizon") else "")
        rows[key] = {k: row[k] for k in ("value", "floor", "floorRange") if k in row}
    result = {"rows": rows, "seconds": seconds, "made": json.loads(made)}
    with open(kept + ".part", "w") as file:
        json.dump(result, file, indent=1)
    os.replace(kept + ".part", kept)
    return result


def interval(values, digits):
    mean = sum(values) / len(values)
    if len(values) < 2:
        return f"{mean:.{digits}f}"
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
    half = STUDENT[len(values) - 2] * deviation / math.sqrt(len(values))
    return f"{mean:.{digits}f} ± {half:.{digits}f}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--work", required=True)
    parser.add_argument("--qbench", default=".build/release/qbench")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--samples", default=",".join(SAMPLES))
    parser.add_argument("--generators", default=",".join(GENERATORS))
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    panel = import_closes(options.index, options.work, options.qbench)
    names = options.generators.split(",")
    for sample in options.samples.split(","):
        results = {}
        for name in names:
            results[name] = []
            for seed in options.seeds.split(","):
                results[name].append(measure(options, panel, sample, name, int(seed)))
                print(f"{sample} {name} seed {seed}", file=sys.stderr)
        learnt, compared = SAMPLES[sample]
        print(f"\nlearnt from {learnt}, compared with {compared}\n")
        paper = sample == "in"
        heads = ["row"] + (["paper: TCN", "C-SVNN", "GARCH"] if paper else []) + names + ["floor"]
        print("| " + " | ".join(heads) + " |")
        print("|" + "---|" * len(heads))
        for title, metric, digits, published in ROWS:
            cells = [title]
            if paper:
                cells += [f"{v:.{digits}f}" for v in published] if published else ["–"] * 3
            for name in names:
                cells.append(
                    interval([r["rows"][metric]["value"] for r in results[name]], digits))
            floor = results[names[0]][0]["rows"][metric]
            cells.append(
                f"{floor['floor']:.{digits}f} ({floor['floorRange']['low']:.{digits}f} to "
                f"{floor['floorRange']['high']:.{digits}f})")
            print("| " + " | ".join(cells) + " |")
        for name in names:
            print(f"{name}: {interval([r['seconds'] for r in results[name]], 0)} s")


if __name__ == "__main__":
    main()
