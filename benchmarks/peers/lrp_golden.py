"""Values of layer-wise relevance propagation that Tests/NetworksTests/RelevanceTests.swift holds as tables.

Run with any NumPy:  python lrp_golden.py
An implementation by loops over rows, steps, units and inputs, one message R(i <- j) at a time, written from
the formulas alone: the e-rule of Bach et al. (2015) with the bias spread of Arras et al. (2017), of gate times
signal the signal takes all, a cell counts as a sum of two terms. At the first step there is neither a cell
nor a state before it. Inputs and parameters are short arithmetic patterns in double precision.
"""
import numpy as np

EPSILON, DELTA = 1e-3, 1.0


def pattern(*shape, scale=0.1, modulus=7, offset=3):
    count = int(np.prod(shape))
    values = [((5 * k + offset) % modulus - modulus // 2) * scale for k in range(count)]
    return np.array(values, dtype=np.float64).reshape(shape)


def sign(z):
    return 1.0 if z >= 0 else -1.0


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def linear_rule(inputs, weights, bias, relevance):
    """inputs [N], weights [M][N], bias [M], relevance [M] -> [N]."""
    taken = np.zeros(len(inputs))
    for j in range(len(relevance)):
        z = bias[j] + sum(x * w for x, w in zip(inputs, weights[j]))
        for i, x in enumerate(inputs):
            message = x * weights[j][i] + (EPSILON * sign(z) + DELTA * bias[j]) / len(inputs)
            taken[i] += message / (z + EPSILON * sign(z)) * relevance[j]
    return taken


def sum_rule(terms, relevance):
    """terms [K][H], relevance [H] -> [K][H]: every element is a map of K inputs with weight 1."""
    taken = np.zeros_like(terms)
    for u in range(len(relevance)):
        taken[:, u] = linear_rule(terms[:, u], np.ones((1, len(terms))), [0.0], relevance[u:u + 1])
    return taken


class Lstm:
    """PyTorch's parameters: W_ih, W_hh, b_ih, b_hh; gates input, forget, cell, output."""

    def __init__(self, w, u, b, c):
        self.w, self.u, self.b, self.hidden = w, u, b + c, u.shape[1]

    def forward(self, xs):
        self.xs, h, c, self.steps = xs, np.zeros(self.hidden), np.zeros(self.hidden), []
        for x in xs:
            i, f, g, o = np.split(self.w @ x + self.u @ h + self.b, 4)
            terms = np.stack([sigmoid(f) * c, sigmoid(i) * np.tanh(g)])
            self.steps.append((terms, h))
            c = terms.sum(0)
            h = sigmoid(o) * np.tanh(c)
            yield h

    def backward(self, given):
        rows = slice(2 * self.hidden, 3 * self.hidden)
        w, u, b = self.w[rows], self.u[rows], self.b[rows]
        state, cell, result = np.zeros(self.hidden), np.zeros(self.hidden), [None] * len(given)
        for t in reversed(range(len(given))):
            cell = cell + state + given[t]
            terms, before = self.steps[t]
            if t == 0:
                result[0] = linear_rule(self.xs[0], w, b, cell)
                return result
            cell, signal = sum_rule(terms, cell)
            taken = linear_rule(
                np.concatenate([self.xs[t], before]), np.concatenate([w, u], axis=1), b, signal)
            result[t], state = taken[:len(self.xs[t])], taken[len(self.xs[t]):]


class Gru:
    """PyTorch's parameters; gates reset, update, new."""

    def __init__(self, w, u, b, c):
        self.w, self.u, self.b, self.c, self.hidden = w, u, b, c, u.shape[1]

    def forward(self, xs):
        self.xs, h, self.steps = xs, np.zeros(self.hidden), []
        for x in xs:
            (r, z, n), (p, q, m) = np.split(self.w @ x + self.b, 3), np.split(self.u @ h + self.c, 3)
            r, z = sigmoid(r + p), sigmoid(z + q)
            terms = np.stack([(1 - z) * np.tanh(n + r * m), z * h])
            self.steps.append((terms, h, r))
            h = terms.sum(0)
            yield h

    def backward(self, given):
        rows = slice(2 * self.hidden, 3 * self.hidden)
        w, u, b, c = self.w[rows], self.u[rows], self.b[rows], self.c[rows]
        state, result = np.zeros(self.hidden), [None] * len(given)
        for t in reversed(range(len(given))):
            state = state + given[t]
            terms, before, r = self.steps[t]
            bias = b + r * c
            if t == 0:
                result[0] = linear_rule(self.xs[0], w, bias, state)
                return result
            signal, carried = sum_rule(terms, state)
            taken = linear_rule(
                np.concatenate([self.xs[t], before]), np.concatenate([w, r[:, None] * u], axis=1),
                bias, signal)
            result[t], state = taken[:len(self.xs[t])], taken[len(self.xs[t]):] + carried


def forecaster(kind, gates, inputs, hidden, layers, attention, x):
    """Parameters in the order, and with the patterns, that the test gives them."""
    drawn = [0]

    def parameter(*shape):
        drawn[0] += 1
        return pattern(*shape, offset=drawn[0] - 1)

    entrance = (parameter(hidden, inputs), parameter(hidden)) if attention else None
    width, stack = hidden if attention else inputs, []
    for _ in range(layers):
        stack.append(kind(
            parameter(gates * hidden, width), parameter(gates * hidden, hidden),
            parameter(gates * hidden), parameter(gates * hidden)))
        width = hidden
    if attention:
        inner = hidden // 2
        projection, shift = parameter(inner, hidden), parameter(inner)
        score = parameter(1, inner)
    head, shift_out = parameter(1, 2 * hidden if attention else hidden), parameter(1)

    outputs, relevances = [], []
    for window in x:
        entered = [np.tanh(entrance[0] @ s + entrance[1]) for s in window] if attention else list(window)
        states = entered
        for layer in stack:
            states = list(layer.forward(states))
        read = states[-1]
        if attention:
            energies = np.array([(score @ np.tanh(projection @ h + shift))[0] for h in states])
            weights = np.exp(energies) / np.exp(energies).sum()
            terms = np.stack([a * h for a, h in zip(weights, states)])
            read = np.concatenate([read, terms.sum(0)])
        output = head @ read + shift_out
        taken = linear_rule(read, head, shift_out, output)
        given = [np.zeros(hidden) for _ in states]
        given[-1] = taken[:hidden]
        if attention:
            given = [a + b for a, b in zip(given, sum_rule(terms, taken[hidden:]))]
        for layer in reversed(stack):
            given = layer.backward(given)
        if attention:
            given = [linear_rule(s, entrance[0], entrance[1], r) for s, r in zip(window, given)]
        outputs.append(output[0])
        relevances.append(np.stack(given))
    return np.array(outputs), np.stack(relevances)


def show(name, values):
    print(f"{name}: " + ", ".join(f"{v:.15g}" for v in values.flatten()))


print("numpy", np.__version__)
x = pattern(2, 3, 4, scale=0.3, modulus=11)
for name, kind, gates, hidden, layers, attention in [
        ("lstm", Lstm, 4, 3, 2, False), ("gru", Gru, 3, 3, 2, False), ("alstm", Lstm, 4, 4, 1, True)]:
    outputs, relevances = forecaster(kind, gates, 4, hidden, layers, attention, x)
    show(f"{name} output", outputs)
    show(f"{name} relevance", relevances)
    print(f"{name} what is left:", outputs - relevances.sum((1, 2)))
DELTA = 0.0
show("lstm relevance without the bias", forecaster(Lstm, 4, 4, 3, 2, False, x)[1])
