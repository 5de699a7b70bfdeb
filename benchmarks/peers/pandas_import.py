"""Counts and totals of the real price file, as pandas sees it: goldens of RealDataImportTests.

    python pandas_import.py sp500-5yr.csv.gz

Prints, in single precision as the panel holds it: rows, dates, assets, missing values per field, rows
whose high is below their low, other rows whose open or close lies outside low..high, sums of
closes and opens, and one spot value.
"""

import sys

import pandas as pd

table = pd.read_csv(sys.argv[1])
fields = ["open", "high", "low", "close", "volume"]
table[fields] = table[fields].astype("float32")
print("rows", len(table), "dates", table.date.nunique(), "assets", table.ticker.nunique())
print("first", table.date.min(), "last", table.date.max())
print("missing", table[fields].isna().sum().to_dict())
print("repeated", int(table.duplicated(["date", "ticker"]).sum()))
inverted = table.high < table.low
ends = table[["open", "close"]]
outside = ends.gt(table.high, axis=0).any(axis=1) | ends.lt(table.low, axis=0).any(axis=1)
print("inverted", int(inverted.sum()), "outside", int((outside & ~inverted).sum()))
print("not above zero", int((table[fields[:4]] <= 0).any(axis=1).sum()))
for field in ("close", "open"):
    print("sum of", field, repr(float(table[field].astype("float64").sum())))
spot = table[(table.date == table.date.max()) & (table.ticker == "ZTS")]
print("close of ZTS on the last date", float(spot.close.iloc[0]))
