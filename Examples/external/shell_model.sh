#!/bin/sh
# A model for qbench's `external` family in a few lines of awk: no HDF5, no libraries.
#
# Each feature's slope is its covariance with the label over its variance, as if it were alone; the
# prediction is the mean of what all features say. Rows come as CSV, predictions go as text:
#
#   families: [{ id: "external", name: "awk", hyperparameters: {
#     command: ["Examples/external/shell_model.sh"], format: "csv" } }]
set -eu
export LC_ALL=C

# Columns: date, asset, the features, and in training rows the label.
awk -F, '
  FNR == 1 { files++; next }
  files == 1 {
    for (i = 3; i < NF; i++) { product[i] += $i * $NF; square[i] += $i * $i }
    next
  }
  {
    sum = 0
    for (i = 3; i <= NF; i++) if (square[i] > 0) sum += $i * product[i] / square[i]
    printf "%.9g\n", sum / (NF - 2)
  }
' "$QBENCH_TRAIN" "$QBENCH_TEST" > "$QBENCH_OUTPUT"
