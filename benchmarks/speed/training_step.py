"""A full training step of a forecaster: qbench's kernels against PyTorch eager, one thread each.

    swift build -c release --package-path benchmarks/speed
    python benchmarks/speed/training_step.py benchmarks/speed/.build/release/speed lstm

Forward, backward, gradient clip and Adam on made-up windows. Both sides start from the same numbers
and take turns, a few steps each; the best step of each counts, so that a busy machine is not mistaken
for a slow program. Beside elapsed time stands the processor's own, which other programs disturb
less. The losses of the first steps must agree, or nothing is printed but the disagreement.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import torch
from torch import nn



class Recurrent(nn.Module):
    def __init__(self, layer, features, width):
        super().__init__()
        self.layer = layer(features, width, batch_first=True)
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1]).squeeze(-1)


class Encoder(nn.Module):
    """PyTorch's own encoder: two layers, four heads, read out at the last step."""

    def __init__(self, features, width):
        super().__init__()
        self.embedding = nn.Linear(features, width)
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        return self.head(self.encoder(self.embedding(x))[:, -1]).squeeze(-1)


def network(kind, features, width):
    if kind == "encoder":
        return Encoder(features, width)
    return Recurrent({"lstm": nn.LSTM, "gru": nn.GRU}[kind], features, width)


def torch_steps(module, optimizer, x, y, count):
    rows = []
    for _ in range(count):
        start, processor = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(module(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
        rows.append((time.perf_counter() - start, time.process_time() - processor, loss.item()))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the speed executable")
    parser.add_argument("kind", choices=["lstm", "gru", "encoder"])
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--features", type=int, default=20)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=10, help="training steps in a round")
    parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio is lower")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)

    x = torch.randn(given.batch, given.steps, given.features)
    y = 0.3 * x[:, -1].mean(-1) + 0.1 * torch.randn(given.batch)
    module = network(given.kind, given.features, given.width)
    sizes = [given.batch, given.steps, given.features, given.width, given.repeats]
    with tempfile.NamedTemporaryFile(suffix=".f32") as file:
        tensors = [x, y] + [parameter.detach() for parameter in module.parameters()]
        file.write(b"".join(tensor.numpy().astype(np.float32).tobytes() for tensor in tensors))
        file.flush()
        command = [given.binary, "training-step", given.kind, file.name] + list(map(str, sizes))
        optimizer = torch.optim.Adam(module.parameters(), 1e-3)
        ours, theirs = [], []
        for _ in range(given.rounds):
            finished = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            ours.append(json.loads(finished.stdout))
            theirs += torch_steps(module, optimizer, x, y, given.repeats)

    gap = max(
        abs(mine / row[2] - 1)
        for mine, row in zip(ours[0]["losses"], theirs[: given.repeats])
    )
    if not gap < 1e-3:
        sys.exit(f"losses differ from PyTorch's by a share of {gap:.3g}")

    mine = min(second for run in ours for second in run["seconds"])
    mine_processor = min(second for run in ours for second in run["processorSeconds"])
    other, other_processor = (min(row[i] for row in theirs) for i in (0, 1))
    print(
        json.dumps(
            {
                "benchmark": f"training step, {given.kind}",
                "sizes": sizes[:4],
                "qbench_seconds": mine,
                "pytorch_seconds": other,
                "ratio": other / mine,
                "qbench_processor_seconds": mine_processor,
                "pytorch_processor_seconds": other_processor,
                "processor_ratio": other_processor / mine_processor,
                "largest_relative_loss_difference": gap,
                "path": ours[0]["path"],
                "libtorch": ours[0]["libtorch"],
                "pytorch": torch.__version__,
            }
        )
    )
    if given.at_least is not None and other / mine < given.at_least:
        sys.exit(f"the ratio {other / mine:.2f} is below {given.at_least}")


if __name__ == "__main__":
    main()
