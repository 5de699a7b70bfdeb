"""Values of PyTorch that Tests/TorchTests/PyTorchGoldenTests.swift holds as tables.

Run with any PyTorch on the processor:  python torch_goldens.py
Inputs are short arithmetic patterns, in double precision, so that no file has to travel.
"""
import torch

torch.set_default_dtype(torch.float64)


def pattern(*shape, scale=0.1, modulus=7, offset=3):
    count = 1
    for size in shape:
        count *= size
    values = [((5 * k + offset) % modulus - modulus // 2) * scale for k in range(count)]
    return torch.tensor(values).reshape(shape)


def show(name, tensor):
    print(f"{name}: " + ", ".join(f"{v:.15g}" for v in tensor.detach().flatten().tolist()))


def optimise(make, steps=5):
    parameter = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    optimiser = make([parameter])
    for _ in range(steps):
        optimiser.zero_grad()
        (parameter**4 / 4 - parameter).sum().backward()
        optimiser.step()
    return parameter


print("torch", torch.__version__)
show("adam", optimise(lambda p: torch.optim.Adam(p, lr=0.1)))
show("adam decay", optimise(lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.5, 0.9), weight_decay=0.3)))
show("adamw", optimise(lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.3)))
show("sgd", optimise(lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1)))

x = pattern(2, 3, 4)
lstm = torch.nn.LSTM(4, 2, batch_first=True)
gru = torch.nn.GRU(4, 2, batch_first=True)
for net in (lstm, gru):
    for k, p in enumerate(net.parameters()):
        p.data.copy_(pattern(*p.shape, offset=k))
show("lstm output", lstm(x)[0])
show("lstm cell", lstm(x)[1][1])
show("gru output", gru(x)[0])

signal = pattern(1, 2, 9)
show("conv1d", torch.nn.functional.conv1d(signal, pattern(1, 2, 3, offset=1), pattern(1), stride=2, padding=1, dilation=2))
norm = torch.nn.BatchNorm1d(3)
rows = pattern(4, 3, offset=2)
show("batch norm", norm(rows))
show("batch norm mean", norm.running_mean)
show("batch norm variance", norm.running_var)
show("batch norm eval", norm.eval()(rows))
show("layer norm", torch.nn.functional.layer_norm(rows, (3,), pattern(3), pattern(3, offset=1)))
show("gelu", torch.nn.functional.gelu(rows))
show("softplus", torch.nn.functional.softplus(rows))
target = pattern(4, 3, scale=0.5, offset=4)
show("huber", torch.nn.functional.huber_loss(rows, target, delta=0.6))
show("smooth l1", torch.nn.functional.smooth_l1_loss(rows, target, beta=0.6))
show("bce", torch.nn.functional.binary_cross_entropy_with_logits(rows, (target > 0).double()))
show("cross entropy", torch.nn.functional.cross_entropy(rows, torch.tensor([0, 2, 1, 1])))
