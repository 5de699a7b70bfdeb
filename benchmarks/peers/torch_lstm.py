"""Values of PyTorch's recurrent modules that Tests/NetworksTests/RecurrentTests.swift holds as tables.

Run with any PyTorch on the processor:  python torch_lstm.py
Inputs and parameters are short arithmetic patterns, in double precision, so that no file has to travel.
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


def fill(module):
    for k, parameter in enumerate(module.parameters()):
        parameter.data.copy_(pattern(*parameter.shape, offset=k))
    return module


print("torch", torch.__version__)
x = pattern(2, 3, 4, scale=0.3, modulus=11)
for kind in (torch.nn.LSTM, torch.nn.GRU):
    net = fill(kind(4, 3, num_layers=2, batch_first=True))
    name = kind.__name__.lower()
    print(name, [n for n, _ in net.named_parameters()])
    output = net(x)[0]
    show(f"{name} output", output)
    # The slope of the mean square by one weight of the first layer.
    output.square().mean().backward()
    show(f"{name} slopes", net.weight_hh_l0.grad[0])


class ALSTM(torch.nn.Module):
    """The forward pass as public implementations have it: entrance, states, weights of the steps, head."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.entrance = torch.nn.Linear(inputs, hidden)
        self.recurrent = torch.nn.GRU(hidden, hidden, batch_first=True)
        self.projection = torch.nn.Linear(hidden, hidden // 2)
        self.score = torch.nn.Linear(hidden // 2, 1, bias=False)
        self.head = torch.nn.Linear(2 * hidden, 1)

    def forward(self, x):
        states, _ = self.recurrent(torch.tanh(self.entrance(x)))
        weights = torch.softmax(self.score(torch.tanh(self.projection(states))), dim=1)
        return self.head(torch.cat((states[:, -1], (states * weights).sum(1)), dim=1))


show("alstm", fill(ALSTM(4, 4))(x))
