"""The network families in plain PyTorch, with qbench's defaults but for the most epochs:

    networks.py dnn|lstm|transformer|gnn EPOCHS
"""

import math
import sys

import torch
import training
from torch import nn


class DNN(nn.Module):
    def __init__(self, columns):
        super().__init__()
        layers, width = [], columns
        for hidden in (64, 32):
            layers += [
                nn.Linear(width, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
                nn.Dropout(0.3)]
            width = hidden
        self.body = nn.Sequential(*layers, nn.Linear(width, 1))

    def forward(self, rows):
        return self.body(rows).squeeze(-1)


class LSTM(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.recurrent = nn.LSTM(columns, 32, batch_first=True)
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(32, 1))

    def forward(self, windows):
        return self.head(self.recurrent(windows)[0][:, -1]).squeeze(-1)


class Transformer(nn.Module):
    """The layers are made one by one: PyTorch's own stack starts them all from the same weights."""

    def __init__(self, columns, width=32, steps=20):
        super().__init__()
        self.entrance, self.dropout = nn.Linear(columns, width), nn.Dropout(0.1)
        self.layers = nn.Sequential(*(
            nn.TransformerEncoderLayer(
                width, 4, dim_feedforward=64, dropout=0.1, batch_first=True, norm_first=True)
            for _ in range(2)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 1)
        angle = torch.arange(steps)[:, None] / 10_000 ** (torch.arange(0, width, 2) / width)
        self.register_buffer("pattern", torch.stack([angle.sin(), angle.cos()], -1).flatten(1))

    def forward(self, windows):
        tokens = self.dropout(self.entrance(windows) + self.pattern)
        return self.head(self.norm(self.layers(tokens)[:, -1])).squeeze(-1)


class GNN(nn.Module):
    """Graph attention (Veličković et al., 2018, equations 1 to 5) within sectors, with a way around it.

    The reference market deals its assets to its sectors in turn: asset i is in sector i mod 8.
    """

    def __init__(self, columns, width=32, heads=4, sectors=8):
        super().__init__()
        self.heads, self.sectors, each = heads, sectors, width // heads
        self.entrance, self.dropout = nn.Linear(columns, width), nn.Dropout(0.3)
        self.values = nn.Linear(width, width, bias=False)
        self.target = nn.Parameter(torch.empty(heads, each, 1))
        self.source = nn.Parameter(torch.empty(heads, each, 1))
        self.bias, self.head = nn.Parameter(torch.zeros(width)), nn.Linear(width, 1)
        nn.init.xavier_uniform_(self.values.weight)
        for vector in (self.target, self.source):
            nn.init.uniform_(vector, -math.sqrt(6 / (each + 1)), math.sqrt(6 / (each + 1)))

    def forward(self, features):
        dates, assets, _ = features.shape
        relative = features - features.mean(1, keepdim=True)
        nodes = self.dropout(torch.relu(self.entrance(relative)))
        values = self.values(nodes).reshape(dates, assets, self.heads, -1).transpose(1, 2)
        scores = values @ self.target + (values @ self.source).transpose(-1, -2)
        sector = torch.arange(assets) % self.sectors
        strangers = sector[:, None] != sector
        weights = nn.functional.leaky_relu(scores, 0.2).masked_fill(strangers, -1e9).softmax(-1)
        heard = (weights @ values).transpose(1, 2).reshape(dates, assets, -1) + self.bias
        nodes = nodes + self.dropout(nn.functional.elu(heard))
        return self.head(nodes).squeeze(-1)


if __name__ == "__main__":
    network, epochs = sys.argv[1], int(sys.argv[2])
    if network == "dnn":
        training.run(DNN, epochs, 5, 1024, 3e-3, 0.3)
    elif network == "lstm":
        training.run(LSTM, epochs, 3, 256, 1e-3, 0.1)
    elif network == "transformer":
        training.run(Transformer, epochs, 3, 256, 1e-3, 0.1)
    else:
        training.run(GNN, epochs, 5, 16, 3e-3, 0.3, by_date=True)
