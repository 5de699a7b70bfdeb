"""Losses of augmented disentanglement distillation that DisentanglementLossesTests.swift holds as goldens.

Run with any PyTorch on the processor:  python torch_add.py
Inputs and parameters are short arithmetic patterns, in double precision, so that no file has to travel.
Tang et al. (2020), arXiv 2012.06289.
"""
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
STEPS, COLUMNS, HIDDEN, DECODER, ROWS = 3, 4, 3, 2, 5
LAMBDA, MU, XI, KAPPA = 0.3, 0.7, 0.9, 0.6


def pattern(*shape, scale=0.1, modulus=7, offset=3):
    count = 1
    for size in shape:
        count *= size
    values = [((5 * k + offset) % modulus - modulus // 2) * scale for k in range(count)]
    return torch.tensor(values).reshape(shape)


def head(outputs):
    return nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, outputs))


excess_encoder = nn.GRU(COLUMNS, HIDDEN, batch_first=True)
market_encoder = nn.GRU(COLUMNS, HIDDEN, batch_first=True)
excess_predictor, market_predictor = head(1), head(3)
decoder, output = nn.GRU(2 * HIDDEN, DECODER, batch_first=True), nn.Linear(DECODER, COLUMNS)
excess_adversary, market_adversary = head(3), head(1)

# The order of DisentanglingNetwork's parameters.
modules = [excess_encoder, market_encoder, excess_predictor, market_predictor, decoder, output,
           excess_adversary, market_adversary]
for k, parameter in enumerate(p for module in modules for p in module.parameters()):
    parameter.data.copy_(pattern(*parameter.shape, offset=k))

windows = pattern(ROWS, STEPS, COLUMNS, scale=0.3, modulus=11)
excess = pattern(ROWS, scale=0.5, modulus=5)
linear = pattern(ROWS, scale=0.2, modulus=7)
trend, trend_rows = torch.tensor([0, 2, 1, 2]), torch.tensor([0, 1, 3, 4])
teacher, weights = pattern(ROWS, 2 * HIDDEN, scale=0.1, modulus=13), torch.tensor([0.5, 1, 0.75, 0.6, 0.9])

def leak(forecasts, code):
    """Rows 0 to 2 are of one date, 3 and 4 of another."""
    def within(x):
        return torch.cat([part - part.mean(0) for part in (x[:3], x[3:])])

    targets = within(torch.stack([forecasts.detach(), linear], 1))
    targets = targets / (targets.square().mean(0) + 1e-12).sqrt()
    x = within(code)
    ridge = 1e-3 * (x.detach().square().mean() + 1e-9) * torch.eye(HIDDEN)
    slopes = torch.linalg.solve(x.T @ x / ROWS + ridge, x.T @ targets / ROWS)
    return (slopes * (x.T @ targets)).sum() / ROWS / 2


print("torch", torch.__version__)
for kappa in (0, KAPPA):
    for parameter in (p for module in modules for p in module.parameters()):
        parameter.grad = None
    f_e = excess_encoder(windows)[1][-1]
    f_m = market_encoder(windows)[1][-1]
    forecasts = excess_predictor(f_e)[:, 0]
    prediction = F.mse_loss(forecasts, excess) + F.cross_entropy(market_predictor(f_m)[trend_rows], trend)
    adversarial = F.mse_loss(market_adversary(f_m)[:, 0], excess) + F.cross_entropy(
        excess_adversary(f_e)[trend_rows], trend)
    both = torch.cat([f_e, f_m], -1)
    made = output(decoder(both[:, None].expand(-1, STEPS, -1))[0])
    reconstruction = F.mse_loss(made, windows)
    distillation = (weights * (both - teacher).square().mean(-1)).mean()
    total = prediction - LAMBDA * adversarial + MU * reconstruction + XI * distillation
    total = total + kappa * leak(forecasts, f_m)
    print("kappa", kappa, [f"{v.item():.15g}" for v in (prediction, adversarial, reconstruction, distillation,
                                                        leak(forecasts, f_m), total)])
    total.backward()
    for tensor in (excess_encoder.weight_hh_l0, market_encoder.weight_hh_l0, decoder.bias_ih_l0):
        print("slopes", [f"{v:.15g}" for v in tensor.grad.flatten()[:3].tolist()])
