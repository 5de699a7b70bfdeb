"""scikit-learn's linear models under one given strength:  linear.py PENALTY STRENGTH"""

import sys

from rows import read, write
from sklearn.linear_model import ElasticNet, HuberRegressor, Lasso, Ridge

penalty, strength = sys.argv[1], float(sys.argv[2])
exact = {"tol": 1e-10, "max_iter": 1_000_000}
model = {
    "ridge": lambda: Ridge(alpha=strength, solver="svd"),
    "lasso": lambda: Lasso(alpha=strength, **exact),
    "elastic_net": lambda: ElasticNet(alpha=strength, l1_ratio=0.5, **exact),
    "huber": lambda: HuberRegressor(alpha=strength, epsilon=1.35, tol=1e-8, max_iter=10_000),
}[penalty]()
train = read("train")
model.fit(train.features.astype(float), train.label.astype(float))
write(model.predict(read("test").features.astype(float)))
