# A dashboard of plots: data, panels, helpers; 40 cells, nothing planted.
# %%
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
# %%
rng = np.random.default_rng(3)
HOURS = 24 * 365 * 4
# %%
index = pd.date_range("2021-01-01", periods=HOURS, freq="h")
# %%
stations = [f"station {i}" for i in range(40)]
# %%
load = pd.DataFrame(
    rng.gamma(4.0, 25.0, (HOURS, len(stations))), index=index, columns=stations
)
# %%
load.shape
# %%
season = 20 * np.sin(2 * np.pi * index.dayofyear / 365.25)
load = load.add(season.to_numpy(), axis=0)
# %%
def panel(title, width=6, height=2.5):
    fig, ax = plt.subplots(figsize=(width, height))
    ax.set_title(title)
    return fig, ax
# %%
fig, ax = panel("all stations")
load.sum(axis=1).resample("D").mean().plot(ax=ax)
plt.show()
# %%
daily = load.resample("D").mean()
# %%
fig, ax = panel("daily mean")
ax.plot(daily.mean(axis=1))
plt.show()
# %%
fig, axes = plt.subplots(2, 2, figsize=(7, 5))
for ax, name in zip(axes.flat, stations[:4]):
    ax.plot(daily[name])
    ax.set_title(name)
plt.show()
# %%
rolling = daily.rolling(30).mean()
# %%
fig, ax = panel("thirty days")
ax.plot(rolling.iloc[:, :3])
plt.show()
# %%
by_hour = load.groupby(load.index.hour).mean()
# %%
fig, ax = panel("by hour")
ax.imshow(by_hour.T, aspect="auto")
plt.show()
# %%
by_hour.max().nlargest(3)
# %%
weekly = load.resample("W").sum()
# %%
fig, ax = panel("weekly")
ax.bar(range(20), weekly.sum(axis=1).iloc[:20])
plt.show()
# %%
values = load.to_numpy().ravel()
# %%
fig, ax = panel("distribution")
ax.hist(values, bins=80)
plt.show()
# %%
np.percentile(values, [5, 50, 95])
# %%
corr = load.corr()
# %%
fig, ax = panel("correlation", 4, 4)
ax.imshow(corr, vmin=-1, vmax=1)
plt.show()
# %%
corr.abs().mean().mean()
# %%
peak = load.max(axis=1)
# %%
fig, ax = panel("peaks")
ax.scatter(range(500), peak.iloc[:500], s=4)
plt.show()
# %%
peak.idxmax()
# %%
limit = float(np.percentile(values, 99))
# %%
above = (load > limit).sum()
# %%
fig, ax = panel("hours above the limit")
above.plot.bar(ax=ax)
plt.show()
# %%
above.nlargest(3)
# %%
def dashboard(names, frame):
    fig, axes = plt.subplots(1, len(names), figsize=(3 * len(names), 2))
    for ax, name in zip(axes, names):
        ax.plot(frame[name].to_numpy()[:200])
    return fig
# %%
fig = dashboard(stations[:3], daily)
plt.show()
# %%
fig = dashboard(stations[3:6], rolling)
plt.show()
# %%
yearly = load.groupby(load.index.year).mean().mean(axis=1)
yearly
# %%
fig, ax = panel("years")
yearly.plot.bar(ax=ax)
plt.show()
# %%
notes = {"limit": limit, "peak": str(peak.idxmax()), "stations": len(stations)}
# %%
print(notes, load.shape, daily.shape, float(rolling.iloc[-1].mean()), len(values))
# %%
plt.close("all")
