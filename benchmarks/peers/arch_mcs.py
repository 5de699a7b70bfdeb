"""Model confidence sets and tests of superior predictive ability by arch, with the resamples it drew.

    python benchmarks/peers/arch_mcs.py > Tests/MetricsTests/Goldens/arch_mcs.json

arch's SPA never divides the advantages by their standard errors. The studentised test is had from it by
handing it series that are divided already; standard errors are those of the same resamples (its `nested`).
"""

import json
import sys

import arch
import numpy as np
from arch.bootstrap import MCS, SPA, MovingBlockBootstrap

rng = np.random.default_rng(2011)


def p_values(losses, block, reps, seed, method):
    mcs = MCS(losses, 0.1, reps=reps, block_size=block, method=method, bootstrap="mbb", seed=seed)
    mcs.compute()
    values = mcs.pvalues["Pvalue"]
    return mcs, {
        "pValues": [float(values[m]) for m in range(losses.shape[1])],
        "order": [int(m) for m in values.index[:-1]],
        "included": [int(m) for m in mcs.included],
    }


def superior(losses, benchmark, block, reps, seed, places):
    others = [m for m in range(losses.shape[1]) if m != benchmark]
    advantages = losses[:, [benchmark]] - losses[:, others]
    errors = advantages[places].mean(1).std(0)
    answer = {"benchmark": benchmark}
    for name, scale in (("plain", 1.0), ("studentised", errors)):
        scaled = advantages / scale
        # The benchmark's losses are 0, those of a model its disadvantage.
        spa = SPA(np.zeros(len(losses)), -scaled, block_size=block, reps=reps, bootstrap="mbb",
                  nested=True, seed=seed)
        spa.compute()
        assert np.allclose(np.sqrt(spa._loss_diff_var / len(losses)), scaled[places].mean(1).std(0))
        answer[name] = {key: float(spa.pvalues[key]) for key in ("lower", "consistent", "upper")}
        answer[name]["statistic"] = float(scaled.mean(0).max())
        answer[name]["best"] = int(scaled.mean(0).argmax())
    return answer


def case(dates, effects, block, reps, seed, benchmarks):
    shared = rng.normal(size=(dates, 1))
    noise = rng.normal(size=(dates, len(effects))) * rng.uniform(0.3, 1.5, size=len(effects))
    for t in range(1, dates):
        noise[t] += 0.3 * noise[t - 1]
    losses = shared + noise + np.array(effects)
    places = np.array([
        data[0][0] for data in
        MovingBlockBootstrap(block, np.arange(dates), seed=seed).bootstrap(reps)])
    sets = {}
    for method in ("R", "max"):
        mcs, sets[method] = p_values(losses, block, reps, seed, method)
        assert np.array_equal(places, np.array(mcs._bootstrap_indices))
    return {
        "losses": losses.T.tolist(), "draws": places.tolist(), "sets": sets,
        "superior": [superior(losses, b, block, reps, seed, places) for b in benchmarks],
    }


json.dump(
    {
        "script": "benchmarks/peers/arch_mcs.py", "arch": arch.__version__,
        "cases": [
            case(60, [0.0, 0.1, 0.25, 0.5, 0.9, 0.3], 5, 199, 7, [0, 1, 2, 3]),
            case(48, [0.0, 0.0, 0.0, 0.0], 4, 150, 8, [0, 2]),
            case(40, [0.0, 0.6], 3, 150, 9, [0, 1]),
        ],
    },
    sys.stdout, separators=(",", ":"), allow_nan=False)
print()
