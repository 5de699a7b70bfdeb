"""The training loop that the networks of this folder share, in plain PyTorch.

AdamW on the mean squared error of standardised labels, gradients clipped to a joint norm of 1, and
the epoch with the lowest validation loss kept, as Documentation/families.md says of qbench's.
"""

import copy

import numpy as np
import torch
from rows import read, seed, write


def dealt(items, size, generator):
    """Shuffled items in batches of about `size`, equal but for one."""
    order = torch.randperm(len(items), generator=generator).numpy()
    count = max(1, len(items) // size + (len(items) % size > size // 2))
    edges = [len(items) * k // count for k in range(count + 1)]
    return [items[order[a:b]] for a, b in zip(edges, edges[1:])]


def forecasts(network, inputs):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(part) for part in inputs.split(1024)])


def fitted(
    make, x, y, watched, truth, epochs, patience, batch, learning_rate, weight_decay, seed):
    """What `make(columns)` builds, trained; inputs are tensors, or give tensors for rows and in parts."""
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)
    network = make(x.shape[-1])
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=learning_rate, weight_decay=weight_decay)
    best = (float("inf"), 0, None)
    for epoch in range(epochs):
        network.train()
        for rows in dealt(np.arange(len(x)), batch, order):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(network(x[rows]), y[rows]).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        loss = float((forecasts(network, watched) - truth).double().square().mean())
        if loss < best[0]:
            best = (loss, epoch, copy.deepcopy(network.state_dict()))
        elif epoch - best[1] >= patience:
            break
    network.load_state_dict(best[2])
    return network


def run(make, epochs, patience, batch, learning_rate, weight_decay, by_date=False):
    """Trains what `make(columns)` builds and writes its predictions of the test rows.

    A batch is of rows, or of whole dates, which reach the network as [dates, assets, columns].
    """
    torch.set_num_threads(1)
    train, validation, test = read("train"), read("validation"), read("test")
    mean, deviation = float(train.label.astype(float).mean()), float(train.label.astype(float).std())

    def tensors(rows):
        x, y = torch.from_numpy(rows.features), torch.from_numpy((rows.label - mean) / deviation)
        if by_date:  # every asset on every date, in order
            dates = len(np.unique(rows.date))
            x, y = x.reshape(dates, -1, x.shape[-1]), y.reshape(dates, -1) if len(y) else y
        return x, y

    (x, y), (watched, truth), (asked, _) = tensors(train), tensors(validation), tensors(test)
    network = fitted(
        make, x, y, watched, truth, epochs, patience, batch, learning_rate, weight_decay, seed())
    write(forecasts(network, asked).reshape(-1).numpy() * deviation + mean)
