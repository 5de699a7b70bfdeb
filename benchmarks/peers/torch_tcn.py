"""Values of PyTorch that Tests/NetworksTests/TemporalConvolutionTests.swift holds as tables.

Run with any PyTorch on the processor:  python torch_tcn.py
A small network of temporal blocks with skip connections, as in Quant GANs, and one step of a
Wasserstein critic with gradient penalty on it. Parameters are short arithmetic patterns in double
precision, so that no file has to travel; slopes are 0.2.
"""
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def pattern(*shape, scale=0.1, modulus=7, offset=3):
    count = 1
    for size in shape:
        count *= size
    values = [((5 * k + offset) % modulus - modulus // 2) * scale for k in range(count)]
    return torch.tensor(values).reshape(shape)


def show(name, tensor):
    print(f"{name}: " + ", ".join(f"{v:.15g}" for v in tensor.detach().flatten().tolist()))


class Network(nn.Module):
    def __init__(self, inputs, channels, outputs, blocks):
        super().__init__()
        self.blocks = nn.ModuleList()
        for kernel, dilation in blocks:
            block = nn.Sequential()
            for first in (True, False):
                taken = inputs if first and len(self.blocks) == 0 else channels
                block.append(nn.Conv1d(taken, channels, kernel, dilation=dilation))
                block.append(nn.PReLU())
            self.blocks.append(block)
        self.heads = nn.ModuleList(nn.Conv1d(channels, outputs, 1, bias=False) for _ in blocks)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        read = []
        for block, head in zip(self.blocks, self.heads):
            x = block(x)
            read.append(head(x))
        steps = x.shape[-1]
        return sum(part[..., -steps:] for part in read) + self.bias[None, :, None]

    def in_order(self):
        return [p for b in self.blocks for p in b.parameters()] + [h.weight for h in self.heads] + [self.bias]


print("torch", torch.__version__)
network = Network(2, 3, 2, [(1, 1), (2, 1), (2, 2)])
for k, parameter in enumerate(network.in_order()):
    parameter.data.copy_(pattern(*parameter.shape, scale=0.3, modulus=11, offset=k))
for module in network.modules():
    if isinstance(module, nn.PReLU):
        module.weight.data.fill_(0.2)

real = pattern(3, 2, 9, scale=0.5, modulus=11).sin()
fake = pattern(3, 2, 9, scale=0.7, modulus=13, offset=5).cos()
epsilon = torch.tensor([0.2, 0.9, 0.4])
show("output", network(real[:2]))

share = epsilon.reshape(3, 1, 1)
mixed = (share * real + (1 - share) * fake).requires_grad_(True)
score = lambda x: network(x).flatten(1).mean(1)
for conditions in (0, 1):
    network.zero_grad()
    slopes = torch.autograd.grad(score(mixed).sum(), mixed, create_graph=True)[0]
    norms = slopes[:, : 2 - conditions].flatten(1).norm(dim=1)
    penalty = 10 * ((norms - 1) ** 2).mean()
    (score(fake).mean() - score(real).mean() + penalty).backward()
    show(f"conditions {conditions}: losses", torch.stack([score(real).mean(), score(fake).mean(), penalty]))
    for k in (0, 6, 8, 15, 16, 18):
        show(f"conditions {conditions}: gradient {k}", network.in_order()[k].grad)
