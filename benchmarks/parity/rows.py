"""The rows that qbench hands to an external model, and where its predictions go.

The contract is in Documentation/external-models.md. Everything runs on one thread.
"""

import os
from typing import NamedTuple

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import h5py
import numpy as np


class Rows(NamedTuple):
    features: np.ndarray  # rows x columns, or rows x window x columns
    label: np.ndarray  # empty for test rows
    date: np.ndarray
    asset: np.ndarray


def read(role):
    """The rows of `train`, `validation` or `test`, sorted by date and asset."""
    with h5py.File(os.environ[f"QBENCH_{role.upper()}"]) as file:
        label = file["label"][:] if "label" in file else np.empty(0, np.float32)
        return Rows(file["features"][:], label, file["date"][:], file["asset"][:])


def write(predictions):
    with h5py.File(os.environ["QBENCH_OUTPUT"], "w") as file:
        file["predictions"] = np.asarray(predictions, np.float32)


def seed():
    return int(os.environ["QBENCH_SEED"])
