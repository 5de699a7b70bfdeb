"""Generators compared with a real panel of assets, each beside what a perfect generator would score.

    panel.py QBENCH MARKET FOLDER [GENERATORS] [DAYS] [PATHS]

Each generator learns from the first four fifths of the market and makes PATHS paths of DAYS days, which
`qbench fidelity` compares with the whole of it; for memorisation with the dates that were learnt from,
and with those that were not. A figure beyond the range of its floor on the worse side has a star.
"""

import os
import sys

from qbench_runs import markdown, run

GENERATORS = "shuffle,block_bootstrap,garch,quantgan,cwgan"
# Rows of the table: metric, horizon, what to call it; `None` where the metric has no horizon.
ROWS = [
    ("correlation_error", None, "correlation error"),
    ("spectrum_l1", None, "spectrum, Σ of differences"),
    ("first_eigenvalue", None, "first eigenvalue's share"),
    ("wasserstein_sigma", 1, "Wasserstein of 1 day, σ"),
    ("wasserstein_sigma", 20, "Wasserstein of 20 days, σ"),
    ("kurtosis", None, "kurtosis"),
    ("tail_index_losses", None, "tail index of losses"),
    ("tail_index_gains", None, "tail index of gains"),
    ("es_1", None, "expected shortfall at 1 %, × 100"),
    ("acf_absolute", None, "autocorrelation of sizes"),
    ("leverage_l2", None, "leverage effect"),
    ("volume_volatility", None, "volume–volatility"),
    ("classifier_accuracy", None, "classifier's accuracy"),
    ("nearest_window_ratio", None, "nearest training window, ratio"),
    ("suspiciously_near", None, "suspiciously near windows"),
    ("copied_share", None, "copied days"),
]


def rows(report):
    """By (metric, horizon); a metric without one of its own is under `None`."""
    found = {}
    for row in report["report"]["rows"]:
        found.setdefault((row["metric"], None), row)
        found[row["metric"], row.get("horizon")] = row
    return found


def number(value, scale=1):
    return "–" if value is None else f"{scale * value:.3f}"


def cell(row, scale):
    value, span = row.get("value"), row.get("floorRange")
    if value is None:
        return "–"
    worse = False
    if span and row["better"] == "lower":
        worse = value > span["high"]
    elif span:
        worse = not span["low"] <= value <= span["high"]
    elif row["metric"] == "nearest_window_ratio":
        worse = value < 0.95
    elif row["better"] == "lower" and row.get("floor") is not None:
        worse = value > 2 * row["floor"] + 1e-9
    return number(value, scale) + ("*" if worse else "")


def compared(qbench, market, folder, generator, days, paths):
    """The fidelity of one generator's paths, which are not kept, and the seconds to fit and make them."""
    made = os.path.join(folder, generator + ".h5")
    reports = [os.path.join(folder, generator + kind) for kind in (".made.json", ".fidelity.json")]
    if not os.path.exists(reports[1]) and not os.path.exists(made):
        # Without its paths a report of making them is of no use.
        for report in reports:
            if os.path.exists(report):
                os.remove(report)
    making = ["generate", "--generator", generator, "--from", market, "--days", days]
    page = os.path.join(folder, generator + ".html")
    generated = run(qbench, [*making, "--paths", paths, "--out", made], reports[0])
    found = run(qbench, ["fidelity", made, "--against", market, "--page", page], reports[1])
    for report in (generated, found):
        if "error" in report:
            sys.exit(report["error"])
    if os.path.exists(made):
        os.remove(made)
    return rows(found), generated["seconds"]


def main(qbench, market, folder, generators=GENERATORS, days="1258", paths="8"):
    os.makedirs(folder, exist_ok=True)
    found = {}
    for generator in generators.split(","):
        found[generator] = compared(qbench, market, folder, generator, days, paths)
        print(generator, "done", file=sys.stderr, flush=True)
    reports = [report for report, _ in found.values()]
    table = []
    for metric, horizon, title in ROWS:
        if (metric, horizon) not in reports[0]:
            continue
        scale = 100 if metric == "es_1" else 1
        row = reports[0][metric, horizon]
        span = row.get("floorRange")
        floor = number(row.get("floor"), scale)
        if span:
            floor += f" ({number(span['low'], scale)} to {number(span['high'], scale)})"
        table.append([title, floor] + [cell(report[metric, horizon], scale) for report in reports])
    seconds = [f"{seconds:.0f}" for _, seconds in found.values()]
    table.append(["processor seconds to fit and sample", ""] + seconds)
    print(markdown(["", "floor"] + [f"`{name}`" for name in found], table))


if __name__ == "__main__":
    main(*sys.argv[1:])
