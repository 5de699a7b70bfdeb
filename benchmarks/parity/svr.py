"""scikit-learn's support vector regression:  svr.py linear|rbf COST EPSILON"""

import sys

from rows import read, write
from sklearn.svm import SVR, LinearSVR

kernel, cost, epsilon = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
if kernel == "linear":
    model = LinearSVR(
        loss="squared_epsilon_insensitive", dual=False, C=cost, epsilon=epsilon, tol=1e-6,
        max_iter=100_000, random_state=0)
else:
    model = SVR(kernel="rbf", gamma="scale", C=cost, epsilon=epsilon, tol=1e-6)
train = read("train")
model.fit(train.features.astype(float), train.label.astype(float))
write(model.predict(read("test").features.astype(float)))
