"""scikit-learn's random forest with the settings of the family `random_forest`."""

from rows import read, seed, write
from sklearn.ensemble import RandomForestRegressor

train = read("train")
model = RandomForestRegressor(
    n_estimators=200, max_depth=8, max_samples=0.632, max_features=1 / 3, min_samples_leaf=20,
    random_state=seed(), n_jobs=1)
write(model.fit(train.features, train.label).predict(read("test").features))
