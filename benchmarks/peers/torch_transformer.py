"""Values of PyTorch's encoder that Tests/NetworksTests/EncoderLayerTests.swift holds as tables.

Run with any PyTorch on the processor:  python torch_transformer.py
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
absent = torch.tensor([[False, False, True], [False, False, False]])
for first in (True, False):
    for activation in ("relu", "gelu"):
        layer = torch.nn.TransformerEncoderLayer(
            4, 2, dim_feedforward=6, dropout=0.0, activation=activation, batch_first=True, norm_first=first)
        if first and activation == "relu":
            print([n for n, _ in layer.named_parameters()])
        fill(layer)
        name = f"{'pre' if first else 'post'} {activation}"
        show(name, layer(x))
        show(f"{name} masked", layer(x, src_key_padding_mask=absent)[0, :2])

base = torch.nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, dropout=0.0, batch_first=True, norm_first=True)
stack = torch.nn.TransformerEncoder(base, 2, norm=torch.nn.LayerNorm(4), enable_nested_tensor=False)
show("stack", fill(stack)(x))
