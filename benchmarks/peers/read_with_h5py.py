"""Print a qbench file (schema 1) as canonical JSON, reading it with h5py alone.

Proves that other tools see every field, and recomputes the content hash from
Documentation/file-format.md without any code of this project.

    python read_with_h5py.py FILE.h5 > FILE.json

Made with it: Tests/DatasetsTests/Goldens/storage-*.json, from the .h5 beside each.
"""

import hashlib
import json
import struct
import sys

import h5py
import numpy as np


def text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def plain(value):
    if isinstance(value, (bytes, str, np.bytes_)):
        return text(bytes(value) if isinstance(value, np.bytes_) else value)
    return value.item() if hasattr(value, "item") else value


def texts(dataset):
    return [text(item) for item in dataset[:]]


def bits(values):
    """Float32 as its bit pattern, null where missing."""
    flat = np.asarray(values, dtype="<f4").ravel()
    return [None if np.isnan(v) else int(b) for v, b in zip(flat, flat.view("<u4"))]


def storage(dataset):
    return {
        "dtype": dataset.dtype.str if dataset.dtype.kind in "fiu" else "utf-8",
        "shape": list(dataset.shape),
        "chunks": list(dataset.chunks) if dataset.chunks else None,
        "compression": dataset.compression,
        "level": dataset.compression_opts,
        "shuffle": dataset.shuffle,
        "fletcher32": dataset.fletcher32,
        "axes": [
            {"label": axis.label, "scales": [scale.name for scale in axis.values()]}
            for axis in dataset.dims
        ],
    }


class ContentHash:
    def __init__(self, kind):
        self.sha = hashlib.sha256()
        self.text("qbench content 1")
        self.text(kind)

    def count(self, number):
        self.sha.update(struct.pack("<Q", number))

    def text(self, value):
        raw = value.encode("utf-8")
        self.count(len(raw))
        self.sha.update(raw)

    def texts(self, values):
        self.count(len(values))
        for value in values:
            self.text(value)

    def integers(self, values):
        self.count(len(values))
        self.sha.update(np.asarray(values, dtype="<i4").tobytes())

    def floats(self, values):
        flat = np.array(values, dtype="<f4")
        raw = flat.view("<u4")
        raw[np.isnan(flat)] = 0x7FC00000
        self.sha.update(raw.tobytes())

    def named(self, pairs, add):
        self.count(len(pairs))
        for name in sorted(pairs, key=lambda key: key.encode("utf-8")):
            self.text(name)
            add(pairs[name])


def panel(file, out, digest):
    out["dates"] = [int(day) for day in file["dates"][:]]
    out["date_units"] = plain(file["dates"].attrs["units"])
    out["assets"] = texts(file["assets"])
    out["fields"] = texts(file["fields"])
    out["attributes"] = {name: texts(item) for name, item in file["attributes"].items()}
    out["values"] = bits(file["values"][...])
    out["storage"] = {"values": storage(file["values"])}
    digest.integers(out["dates"])
    digest.texts(out["assets"])
    digest.texts(out["fields"])
    digest.named(out["attributes"], digest.texts)
    digest.count(file["values"].shape[0] if file["values"].ndim == 4 else 1)
    digest.floats(file["values"][...])


def training_rows(file, out, digest):
    rows, sections = file["rows"], file["cross_sections"]
    out["dates"] = [int(day) for day in file["dates"][:]]
    out["date_units"] = plain(file["dates"].attrs["units"])
    out["assets"] = texts(file["assets"])
    out["columns"] = texts(file["columns"])
    out["windows"] = bits(file["windows"][...])
    out["storage"] = {"windows": storage(file["windows"])}
    for name in ("excess_date", "market_date"):
        out[name] = [int(item) for item in sections[name][:]]
    for name in ("cross_section", "asset"):
        out[name] = [int(item) for item in rows[name][:]]
    for name in ("label", "weight"):
        out[name] = bits(rows[name][:])
    digest.text("windows")
    digest.integers(out["dates"])
    digest.texts(out["assets"])
    digest.texts(out["columns"])
    digest.count(file["windows"].shape[1])
    for name in ("excess_date", "market_date", "cross_section", "asset"):
        digest.integers(out[name])
    for values in (rows["label"], rows["weight"], file["windows"]):
        digest.floats(values[...])


def predictions(file, out, digest):
    rows = file["rows"]
    out["assets"] = texts(file["assets"])
    out["date_units"] = plain(rows["date"].attrs["units"])
    for name in ("date", "asset"):
        out[name] = [int(item) for item in rows[name][:]]
    for name in ("prediction", "label", "return"):
        out[name] = bits(rows[name][:])
    out["cell"] = {name: plain(value) for name, value in file["cell"].attrs.items()}
    digest.texts(out["assets"])
    digest.integers(out["date"])
    digest.integers(out["asset"])
    for name in ("prediction", "label", "return"):
        digest.floats(rows[name][:])
    digest.named(out["cell"], digest.text)


def main(path):
    with h5py.File(path, "r") as file:
        out = {"root": {name: plain(value) for name, value in file.attrs.items()}}
        kind = out["root"]["kind"]
        digest = ContentHash(kind)
        if kind == "predictions":
            predictions(file, out, digest)
        elif "windows" in file:
            training_rows(file, out, digest)
        else:
            panel(file, out, digest)
        out["computed_sha256"] = digest.sha.hexdigest()
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
