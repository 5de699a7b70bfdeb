"""Write a small panel file (schema 1) with h5py alone, the way an outsider would.

h5py's own habits are kept on purpose: texts of variable length, no compression,
contiguous layout, the oldest file format. qbench must read it all the same.

    python write_with_h5py.py OUT.h5

Made with it: Tests/DatasetsTests/Goldens/h5py-panel.h5.
"""

import sys

import h5py
import numpy as np

from read_with_h5py import ContentHash

DAYS = [17000, 17001, 17004]
ASSETS = ["ALPHA", "Örsted", "三菱"]
FIELDS = ["close", "volume"]
SECTORS = ["energy", "", "industry"]


def values():
    # 0.5, 1.5, 2.5 and so on; one negative NaN, which only its bits tell from the usual one.
    result = (np.arange(18, dtype="<f4") + 0.5).reshape(3, 3, 2)
    result[1, 2, 0] = np.nan
    result.view("<u4")[2, 0, 1] = 0xFFC00001
    return result


def main(path):
    digest = ContentHash("panel")
    digest.integers(DAYS)
    digest.texts(ASSETS)
    digest.texts(FIELDS)
    digest.named({"sector": SECTORS}, digest.texts)
    digest.count(1)
    digest.floats(values())
    with h5py.File(path, "w") as file:
        file.attrs["schema"] = 1
        file.attrs["kind"] = "panel"
        file.attrs["title"] = "written by h5py"
        file.attrs["source"] = "write_with_h5py.py"
        file.attrs["generator"] = ""
        file.attrs["spec"] = '{"note": "ü"}'
        file.attrs["seed"] = 42
        file.attrs["parent_sha256"] = ""
        file.attrs["created_by"] = "h5py"
        file.attrs["content_sha256"] = digest.sha.hexdigest()
        file["dates"] = np.array(DAYS, dtype="<i4")
        file["dates"].attrs["units"] = "days since 1970-01-01"
        file["assets"] = ASSETS
        file["fields"] = FIELDS
        file["values"] = values()
        file["attributes/sector"] = SECTORS


if __name__ == "__main__":
    main(sys.argv[1])
