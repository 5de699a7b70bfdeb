"""Goldens of HeavyTailTests: Lambert's W and the IGMM fit of a heavy-tail transform, with SciPy."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import lambertw

for z in (1e-12, 0.01, 0.5, 1, np.e, 10, 1e6, 1e100):
    print(f"W({z!r}) = {lambertw(z).real!r}")

index = np.arange(400.0)
u = 3 * np.sin(index * 1.7) * np.cos(index * index * 0.3)
y = 0.1 + 0.5 * u * np.exp(0.125 * u * u) + 0.02 * u * u


def back(z, delta):
    return np.sign(z) * np.sqrt(lambertw(delta * z * z).real / delta)


def excess(delta, z):
    v = back(z, delta)
    return ((v - v.mean()) ** 4).mean() / v.var() ** 2 - 3


mu, sigma = np.median(y), y.std()
for _ in range(500):
    z = (y - mu) / sigma
    delta = brentq(excess, 1e-9, 3, args=(z,), xtol=1e-12)
    x = mu + sigma * back(z, delta)
    mu, sigma = x.mean(), x.std()
print(f"delta {delta!r} mu {mu!r} sigma {sigma!r}")
