"""A full training step of a network: qbench's layers against PyTorch eager, one thread each.

    swift build -c release --package-path benchmarks/speed
    python benchmarks/speed/training_step.py benchmarks/speed/.build/release/speed lstm

Forward, backward, gradient clip and AdamW on made-up windows, through the networks that the families train. Both sides start from the same numbers
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


HEADS, ASSETS, REACH = 4, 128, 8


class Recurrent(nn.Module):
    def __init__(self, layer, given):
        super().__init__()
        self.layer = layer(given.features, given.width, batch_first=True)
        self.head = nn.Linear(given.width, 1)
        self.dropout = nn.Dropout(given.dropout)

    def forward(self, x):
        return self.head(self.dropout(self.layer(x)[0][:, -1])).squeeze(-1)


class Transformer(nn.Module):
    """PyTorch's own encoder: two layers, norms first, read out at the last step."""

    def __init__(self, given):
        super().__init__()
        width = given.width
        self.embedding = nn.Linear(given.features, width)
        layer = nn.TransformerEncoderLayer(
            width, HEADS, 2 * width, given.dropout, batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(width), enable_nested_tensor=False)
        self.head = nn.Linear(width, 1)
        self.dropout = nn.Dropout(given.dropout)
        steps = torch.arange(given.steps).unsqueeze(1)
        angles = steps / 10_000 ** (torch.arange(0, width, 2) / width)
        pattern = torch.stack([angles.sin(), angles.cos()], -1).flatten(1)
        self.register_buffer("pattern", pattern)

    def forward(self, x):
        tokens = self.dropout(self.embedding(x) + self.pattern)
        return self.head(self.encoder(tokens)[:, -1]).squeeze(-1)


class Perceptron(nn.Module):
    """Hidden layers of 256 and 128 over the last step, with or without batch normalisation."""

    def __init__(self, given, normalized):
        super().__init__()
        layers, width = [], given.features
        for hidden in (256, 128):
            layers.append(nn.Linear(width, hidden, bias=not normalized))
            layers += [nn.BatchNorm1d(hidden)] if normalized else []
            layers += [nn.ReLU(), nn.Dropout(given.dropout)]
            width = hidden
        self.layers = nn.Sequential(*layers, nn.Linear(width, 1))

    def forward(self, x):
        return self.layers(x[:, -1]).squeeze(-1)


class Attention(nn.Module):
    """Dense graph attention over the assets of a date."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width))
        self.target = nn.Parameter(torch.empty(HEADS, width // HEADS))
        self.source = nn.Parameter(torch.empty(HEADS, width // HEADS))
        self.bias = nn.Parameter(torch.zeros(width))
        for parameter in (self.weight, self.target, self.source):
            nn.init.xavier_uniform_(parameter)
        places = torch.arange(ASSETS)
        self.register_buffer("absent", (places[:, None] - places) % ASSETS > REACH)

    def forward(self, nodes):
        values = nn.functional.linear(nodes, self.weight)
        values = values.view(-1, ASSETS, HEADS, values.shape[-1] // HEADS).transpose(1, 2)
        to, of = (values @ vector.unsqueeze(-1) for vector in (self.target, self.source))
        logits = nn.functional.leaky_relu(to + of.transpose(-1, -2), 0.2)
        weights = logits.masked_fill(self.absent, -1e9).softmax(-1)
        return (weights @ values).transpose(1, 2).reshape(nodes.shape) + self.bias


class Graph(nn.Module):
    """A recurrent unit for each asset, and one round of attention over those of a date."""

    def __init__(self, given):
        super().__init__()
        self.unit = nn.GRU(given.features, given.width, batch_first=True)
        self.attention = Attention(given.width)
        self.head = nn.Linear(given.width, 1)
        self.dropout = nn.Dropout(given.dropout)

    def forward(self, x):
        states = self.unit(x)[0][:, -1]
        nodes = self.dropout(states.view(-1, ASSETS, states.shape[1]))
        news = self.dropout(nn.functional.elu(self.attention(nodes)))
        return self.head(nodes + news).flatten()


NETWORKS = {
    "lstm": lambda given: Recurrent(nn.LSTM, given),
    "gru": lambda given: Recurrent(nn.GRU, given),
    "transformer": Transformer,
    "dnn": lambda given: Perceptron(given, True),
    "dnn-plain": lambda given: Perceptron(given, False),
    "gnn": Graph,
}


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
    parser.add_argument("kind", choices=list(NETWORKS))
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--steps", type=int, help="20, or 1 for dnn")
    parser.add_argument("--features", type=int, help="20, or 400 for dnn")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--dropout", type=float, default=0.0, help="above 0, losses are not compared")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=10, help="training steps in a round")
    parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio is lower")
    given = parser.parse_args()
    row_by_row = given.kind.startswith("dnn")
    given.steps = given.steps or (1 if row_by_row else 20)
    given.features = given.features or (400 if row_by_row else 20)
    torch.set_num_threads(1)
    torch.manual_seed(7)

    x = torch.randn(given.batch, given.steps, given.features)
    y = 0.3 * x[:, -1].mean(-1) + 0.1 * torch.randn(given.batch)
    module = NETWORKS[given.kind](given)
    sizes = [given.batch, given.steps, given.features, given.width, given.repeats]
    with tempfile.NamedTemporaryFile(suffix=".f32") as file:
        tensors = [x, y] + [parameter.detach() for parameter in module.parameters()]
        file.write(b"".join(tensor.numpy().astype(np.float32).tobytes() for tensor in tensors))
        file.flush()
        command = [given.binary, "training-step", given.kind, file.name] + list(map(str, sizes))
        command.append(str(given.dropout))
        optimizer = torch.optim.AdamW(module.parameters(), 1e-3, weight_decay=0.1)
        ours, theirs = [], []
        for _ in range(given.rounds):
            finished = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            ours.append(json.loads(finished.stdout))
            theirs += torch_steps(module, optimizer, x, y, given.repeats)

    gap = max(
        abs(mine / row[2] - 1)
        for mine, row in zip(ours[0]["losses"], theirs[: min(5, given.repeats)])
    )
    if given.dropout == 0 and not gap < 1e-3:
        sys.exit(f"losses differ from PyTorch's by a share of {gap:.3g}")

    mine = min(second for run in ours for second in run["seconds"])
    mine_processor = min(second for run in ours for second in run["processorSeconds"])
    other, other_processor = (min(row[i] for row in theirs) for i in (0, 1))
    print(
        json.dumps(
            {
                "benchmark": f"training step, {given.kind}",
                "sizes": sizes[:4],
                "dropout": given.dropout,
                "qbench_seconds": mine,
                "pytorch_seconds": other,
                "ratio": other / mine,
                "qbench_processor_seconds": mine_processor,
                "pytorch_processor_seconds": other_processor,
                "processor_ratio": other_processor / mine_processor,
                "largest_relative_loss_difference": gap if given.dropout == 0 else None,
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
