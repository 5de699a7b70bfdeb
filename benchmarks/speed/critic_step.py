"""A full step of a Wasserstein critic with gradient penalty: qbench against PyTorch eager, one thread.

    swift build -c release --package-path benchmarks/speed
    python benchmarks/speed/critic_step.py benchmarks/speed/.build/release/speed

Scores of real and generated windows, the penalty with its double backward, and Adam, through a 1x1
convolution and six dilated layers. Both sides start from the same numbers and take turns, a few steps
each; the best step of each counts, so that a busy machine is not mistaken for a slow program. Beside
elapsed time stands the processor's own, which other programs disturb less. The losses of the first
steps must agree, or nothing is printed but the disagreement.
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


class Critic(nn.Module):
    """A receptive field of 64 steps; a window's score is the mean over the steps that have one."""

    def __init__(self, features, width):
        super().__init__()
        layers = [nn.Conv1d(features, width, 1), nn.PReLU()]
        for level in range(6):
            layers += [nn.Conv1d(width, width, 2, dilation=2**level), nn.PReLU()]
        self.layers = nn.Sequential(*layers)
        self.head = nn.Conv1d(width, 1, 1)

    def forward(self, x):
        return self.head(self.layers(x)).mean((1, 2))


def torch_steps(critic, optimizer, real, fake, epsilon, count):
    rows = []
    for _ in range(count):
        start, processor = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        share = epsilon[:, None, None]
        mixed = (share * real + (1 - share) * fake).requires_grad_(True)
        slopes = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)[0]
        penalty = 10 * ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        loss = critic(fake).mean() - critic(real).mean() + penalty
        loss.backward()
        optimizer.step()
        rows.append((time.perf_counter() - start, time.process_time() - processor, loss.item()))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the speed executable")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=190)
    parser.add_argument("--features", type=int, default=1)
    parser.add_argument("--width", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5, help="steps in a round")
    parser.add_argument("--at-least", type=float, help="exit with 1 if the ratio is lower")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)

    real, fake = torch.randn(2, given.batch, given.features, given.steps)
    samples = [real, 0.5 * fake, torch.rand(given.batch)]
    critic = Critic(given.features, given.width)
    sizes = [given.batch, given.steps, given.features, given.width, given.repeats]
    with tempfile.NamedTemporaryFile(suffix=".f32") as file:
        tensors = samples + [parameter.detach() for parameter in critic.parameters()]
        file.write(b"".join(tensor.numpy().astype(np.float32).tobytes() for tensor in tensors))
        file.flush()
        command = [given.binary, "critic-step", file.name] + list(map(str, sizes))
        optimizer = torch.optim.Adam(critic.parameters(), 1e-3)
        ours, theirs = [], []
        for _ in range(given.rounds):
            finished = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            ours.append(json.loads(finished.stdout))
            theirs += torch_steps(critic, optimizer, *samples, given.repeats)

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
                "benchmark": "critic step",
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
