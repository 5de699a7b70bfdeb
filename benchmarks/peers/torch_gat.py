"""Graph attention and HIST by others, for Tests/{Networks,Models}Tests: same weights, same nodes.

Prints one JSON object with two parts: `gat`, from torch_geometric's GATConv on every date of a made-up
graph by itself, and `hist`, from pyqlib's HISTModel (its authors' code). All in double precision.

Run:  python torch_gat.py > gat.json      (needs torch, torch_geometric and pyqlib)
"""
import json
import sys

import numpy
import torch
from qlib.contrib.model.pytorch_hist import HISTModel
from torch_geometric.nn import GATConv

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)


def flat(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]


def rounded(*shape):
    """Standard normal values that single precision holds exactly, so that both sides read the same."""
    return torch.randn(*shape).mul(1024).round().div(1024)


def set_weights(module):
    for parameter in module.parameters():
        parameter.data.copy_(rounded(*parameter.shape) * 0.5)
    return {name: {"shape": list(p.shape), "values": flat(p)} for name, p in module.named_parameters()}


def gat():
    dates, assets, inputs, heads, width = 3, 7, 5, 3, 2
    nodes = rounded(dates, assets, inputs)
    # listens[i][j]: node i listens to node j; the diagonal is implied.
    listens = torch.rand(assets, assets) < 0.4
    listens.fill_diagonal_(False)
    observed = torch.ones(dates, assets, dtype=torch.bool)
    observed[1, 2] = observed[1, 5] = observed[2, 0] = False
    layer = GATConv(inputs, width, heads=heads, add_self_loops=False, negative_slope=0.2)
    weights = set_weights(layer)
    outputs = []
    for date in range(dates):
        edges = [(i, i) for i in range(assets)]
        edges += [(j, i) for i in range(assets) for j in range(assets)
                  if listens[i, j] and observed[date, j]]
        outputs.append(layer(nodes[date], torch.tensor(edges).T))
    return {
        "dates": dates, "assets": assets, "inputs": inputs, "heads": heads, "width": width,
        "nodes": flat(nodes), "listens": listens.flatten().int().tolist(),
        "observed": observed.flatten().int().tolist(), "weights": weights,
        "outputs": flat(torch.stack(outputs)),
    }


def hist():
    dates, assets, columns, steps, width, concepts = 3, 9, 4, 3, 6, 3
    windows = rounded(dates, assets, steps, columns)
    members = torch.tensor([0, 1, 2, 0, 1, -1, 0, 1, 0])
    observed = torch.ones(dates, assets, dtype=torch.bool)
    # On the last date the third concept has no member left.
    observed[1, 3] = observed[2, 2] = observed[2, 8] = False
    # The model asks for the device of its input by number, which the processor has none of.
    torch.get_device = lambda tensor: "cpu"
    model = HISTModel(d_feat=columns, hidden_size=width, num_layers=2)
    weights = set_weights(model)
    outputs = torch.full((dates, assets), float("nan"))
    table = torch.stack([(members == k).double() for k in range(concepts)], dim=1)
    for date in range(dates):
        there = observed[date]
        # It reads [stocks, columns · steps], column by column.
        x = windows[date, there].permute(0, 2, 1).reshape(int(there.sum()), -1)
        outputs[date, there] = model(x, table[there])
    return {
        "dates": dates, "assets": assets, "columns": columns, "steps": steps, "width": width,
        "concepts": members.tolist(), "windows": flat(windows),
        "observed": observed.flatten().int().tolist(), "weights": weights,
        "outputs": [None if numpy.isnan(v) else v for v in flat(outputs)],
    }


json.dump({"torch": torch.__version__, "gat": gat(), "hist": hist()}, sys.stdout)
print()
