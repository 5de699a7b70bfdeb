"""The leaderboard of `leaderboard.py` as a Python pipeline, one process a core with one thread each:

    python_leaderboard.py prepare ROWS RUN FOLDS     what qbench left for its external models → FOLDS/*.npz
    python_leaderboard.py run SPEC FOLDS JOBS OUT    the leaderboard

Each fold's features are one float32 array [date, asset, column], from which windows are gathered batch by
batch; workers are forked and share it. Writes the mean daily RankIC of every model and the seconds of a fit
as JSON.
"""

import glob
import json
import multiprocessing
import os
import pathlib
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "parity"))

import h5py
import networks
import numpy as np
import torch
import training
import xgboost as xgb
from scipy import stats
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.svm import LinearSVR

STEPS = 20


ROLES = ("train", "validation", "test")


def prepare(folder, run, out):
    """Brings the files of both windows of a fold into one array of features and lists of rows."""
    folds = {}
    for path in glob.glob(f"{folder}/*/test.h5"):
        with h5py.File(path) as file:
            folds.setdefault(int(file["date"][0]), []).append(os.path.dirname(path))
    truth = {}
    for path in glob.glob(f"{run}/predictions/*.h5"):
        with h5py.File(path) as file:
            truth[int(file["cell"].attrs["fold"])] = file["rows/label"][:]
    for place, first in enumerate(sorted(folds)):
        rows, parts = {"truth": truth[place]}, []
        for folder in folds[first]:
            for role in ROLES:
                with h5py.File(f"{folder}/{role}.h5") as file:
                    x, asset, assets = file["features"][:], file["asset"][:], len(file["assets"])
                    # The first windows reach back before the first date.
                    date = file["date"][:] + STEPS
                    label = file["label"][:] if "label" in file else np.empty(0, np.float32)
                x = x if x.ndim == 3 else x[:, None]
                rows |= {
                    f"{name} {role} {x.shape[1]}": values
                    for name, values in (("date", date), ("asset", asset), ("label", label))}
                parts += [
                    (date - x.shape[1] + 1 + step, asset, x[:, step]) for step in range(x.shape[1])]
        last = max(int(date.max()) for date, _, _ in parts)
        features = np.zeros((last + 1, assets, parts[0][2].shape[-1]), np.float32)
        for date, asset, values in parts:
            features[date, asset] = values
        np.savez(f"{out}/{place}.npz", features=features, **rows)


class Fold:
    """Features of all its dates, and which rows of single dates and of windows have which part."""

    def __init__(self, path):
        with np.load(path) as file:
            self.features, self.truth = file["features"], file["truth"]
            self.rows = {
                (window, role): [file[f"{name} {role} {window}"] for name in ("date", "asset", "label")]
                for role in ROLES for window in (1, STEPS)}

    def single(self, role):
        date, asset, label = self.rows[1, role]
        return self.features[date, asset], label


class Windows:
    """Windows of rows, gathered when they are asked for."""

    def __init__(self, features, date, asset):
        self.features, self.date, self.asset = torch.from_numpy(features), date, asset
        self.shape = (len(date), STEPS, features.shape[-1])

    def __len__(self):
        return len(self.date)

    def __getitem__(self, rows):
        dates = self.date[rows][:, None] + np.arange(1 - STEPS, 1)
        return self.features[dates, self.asset[rows][:, None]]

    def split(self, size):
        for start in range(0, len(self), size):
            yield self[np.arange(start, min(start + size, len(self)))]


def network(fold, make, window, by_date, seed, epochs, batch, learning_rate, weight_decay):
    torch.manual_seed(seed)
    labels = fold.rows[window, "train"][2]
    mean, deviation = labels.mean(dtype=float), labels.std(dtype=float)

    def tensors(role):
        date, asset, label = fold.rows[window, role]
        y = torch.from_numpy((label - np.float32(mean)) / np.float32(deviation))
        if window > 1:
            return Windows(fold.features, date, asset), y
        x = torch.from_numpy(fold.features[date, asset])
        if by_date:
            dates = len(np.unique(date))
            return x.reshape(dates, -1, x.shape[-1]), y.reshape(dates, -1) if len(y) else y
        return x, y

    (x, y), (watched, truth), (asked, _) = map(tensors, ("train", "validation", "test"))
    fitted = training.fitted(
        make, x, y, watched, truth, epochs=epochs, patience=epochs, batch=batch,
        learning_rate=learning_rate, weight_decay=weight_decay, seed=seed)
    return training.forecasts(fitted, asked).reshape(-1).numpy() * deviation + mean


def predictions(fold, name, given, seed):
    epochs = given.get("epochs")
    if name == "dnn":
        return network(fold, networks.DNN, 1, False, seed, epochs, 1024, 3e-3, 0.3)
    if name == "gnn":
        return network(fold, networks.GNN, 1, True, seed, epochs, 16, 3e-3, 0.3)
    if name in ("lstm", "transformer"):
        make = {"lstm": networks.LSTM, "transformer": networks.Transformer}[name]
        return network(fold, make, STEPS, False, seed, epochs, 256, 1e-3, 0.1)
    (x, y), (watched, truth), (asked, _) = map(fold.single, ("train", "validation", "test"))
    if name == "ridge":
        return Ridge(alpha=1000).fit(x, y).predict(asked)
    if name == "svr":
        model = LinearSVR(
            loss="squared_epsilon_insensitive", dual=False, C=0.001, epsilon=0.5, random_state=0)
        return model.fit(x, y).predict(asked)
    if name == "random_forest":
        model = RandomForestRegressor(
            n_estimators=200, max_depth=8, max_samples=0.632, max_features=1 / 3,
            min_samples_leaf=20, random_state=seed, n_jobs=1)
        return model.fit(x, y).predict(asked)
    boosted = {
        "objective": "reg:squarederror", "tree_method": "hist", "nthread": 1, "seed": seed,
        "min_child_weight": 20, "subsample": 0.7, "colsample_bytree": 0.7, "learning_rate": 0.05,
        "max_depth": 4, "reg_lambda": 50, "eval_metric": "rmse"}
    matrices = [xgb.DMatrix(*pair, nthread=1) for pair in ((x, y), (watched, truth))]
    model = xgb.train(
        boosted, matrices[0], given["rounds"], evals=[(matrices[1], "validation")],
        early_stopping_rounds=given["rounds"], verbose_eval=False)
    return model[: model.best_iteration + 1].predict(xgb.DMatrix(asked, nthread=1))


def rank_ic(date, label, prediction):
    days = np.split(np.arange(len(date)), np.flatnonzero(np.diff(date)) + 1)
    return np.nanmean([stats.spearmanr(label[d], prediction[d])[0] for d in days])


def cell(job):
    place, model, seed = job
    torch.set_num_threads(1)
    start = time.perf_counter()
    predicted = predictions(FOLDS[place], model["name"], model.get("hyperparameters", {}), seed)
    seconds = time.perf_counter() - start
    date, _, _ = FOLDS[place].rows[1, "test"]
    return model["name"], rank_ic(date, FOLDS[place].truth, predicted), seconds


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(*sys.argv[2:])
        sys.exit()
    spec, folder, jobs, out = sys.argv[2:]
    with open(spec) as file:
        given = json.load(file)
    FOLDS = [Fold(path) for path in sorted(glob.glob(f"{folder}/*.npz"))]
    seeded = {"random_forest", "gbdt", "dnn", "lstm", "transformer", "gnn"}
    work = [
        (place, model, seed) for model in given["families"] for place in range(len(FOLDS))
        for seed in range(given["seeds"] if model["name"] in seeded else 1)]
    with multiprocessing.get_context("fork").Pool(int(jobs)) as pool:
        done = list(pool.imap_unordered(cell, work))
    names = {name for name, _, _ in done}
    with open(out, "w") as file:
        json.dump({
            "rank_ic": {n: float(np.mean([v for m, v, _ in done if m == n])) for n in names},
            "seconds": {n: float(np.mean([s for m, _, s in done if m == n])) for n in names}}, file)
