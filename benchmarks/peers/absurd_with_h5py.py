"""Write a panel file whose /dates has absurdly large chunks, which qbench must refuse to unpack.

    python absurd_with_h5py.py OUT.h5

Made with it: Tests/DatasetsTests/Goldens/h5py-absurd-chunk.h5.
"""

import sys

import h5py
import numpy as np


def main(path):
    with h5py.File(path, "w", libver="v110") as file:
        file.attrs["schema"] = 1
        for name in ("title", "source", "generator", "spec", "parent_sha256"):
            file.attrs[name] = ""
        file.attrs["kind"] = "panel"
        file.attrs["created_by"] = "h5py"
        file.attrs["content_sha256"] = ""
        file.create_dataset(
            "dates",
            data=np.array([10, 11, 12], dtype="<i4"),
            maxshape=(None,),
            chunks=(5_000_000,),
            compression="gzip",
            compression_opts=9,
        )
        file["dates"].attrs["units"] = "days since 1970-01-01"


if __name__ == "__main__":
    main(sys.argv[1])
