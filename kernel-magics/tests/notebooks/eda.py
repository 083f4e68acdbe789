# An exploratory analysis: orders of a shop, 40 cells, nothing planted.
# %%
import numpy as np
import pandas as pd

rng = np.random.default_rng(7)
# %%
N = 1_500_000
orders = pd.DataFrame(
    {
        "order_id": np.arange(N),
        "customer": rng.integers(0, 60_000, N),
        "product": rng.integers(0, 900, N),
        "quantity": rng.integers(1, 6, N),
        "price": rng.gamma(3.0, 12.0, N).round(2),
        "day": rng.integers(0, 730, N),
    }
)
# %%
orders.head()
# %%
orders.dtypes
# %%
products = pd.DataFrame(
    {
        "product": np.arange(900),
        "category": rng.choice(["home", "garden", "toys", "books", "food"], 900),
        "weight": rng.gamma(2.0, 1.5, 900),
    }
)
# %%
customers = pd.DataFrame(
    {
        "customer": np.arange(60_000),
        "country": rng.choice(["de", "fr", "nl", "pl", "es"], 60_000),
        "since": rng.integers(0, 2000, 60_000),
    }
)
# %%
orders["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders["day"], unit="D")
# %%
orders.isna().sum()
# %%
orders["revenue"] = orders["quantity"] * orders["price"]
# %%
orders["revenue"].describe()
# %%
def share(series):
    return series / series.sum()
# %%
by_product = orders.groupby("product")["revenue"].sum()
share(by_product).nlargest(5)
# %%
orders = orders.merge(products, on="product")
# %%
orders = orders.merge(customers, on="customer")
# %%
orders.shape
# %%
by_category = orders.groupby("category")["revenue"].agg(["sum", "mean", "count"])
by_category
# %%
by_country = orders.groupby("country")["revenue"].sum().sort_values()
by_country
# %%
monthly = orders.set_index("day")["revenue"].resample("MS").sum()
monthly.tail(3)
# %%
def top(frame, column, n=3):
    return frame.groupby(column)["revenue"].sum().nlargest(n)
# %%
for column in ("category", "country"):
    print(column, list(top(orders, column).index))
# %%
low, high = orders["revenue"].quantile([0.01, 0.99])
low, high
# %%
typical = orders[orders["revenue"].between(low, high)]
# %%
len(typical) / len(orders)
# %%
typical["revenue"].skew()
# %%
pivot = typical.pivot_table(index="country", columns="category", values="revenue", aggfunc="sum")
pivot
# %%
weekday = typical.groupby(typical["day"].dt.dayofweek)["revenue"].mean()
# %%
weekday.max() / weekday.min()
# %%
corr = typical[["quantity", "price", "revenue", "weight"]].corr()
corr
# %%
heavy = typical.nlargest(1000, "weight")
# %%
heavy["category"].value_counts()
# %%
baskets = typical.groupby("customer").agg(orders=("order_id", "size"), spent=("revenue", "sum"))
# %%
baskets.describe()
# %%
baskets["segment"] = pd.qcut(baskets["spent"], 4, labels=["d", "c", "b", "a"])
# %%
segments = baskets.groupby("segment", observed=True)["spent"].sum()
segments
# %%
typical = typical.merge(baskets[["segment"]], left_on="customer", right_index=True)
# %%
typical.groupby(["segment", "category"], observed=True)["revenue"].mean().unstack()
# %%
first = typical.groupby("customer")["day"].min()
# %%
cohort = first.dt.to_period("Q").value_counts().sort_index()
cohort
# %%
summary = {"orders": len(orders), "typical": len(typical), "customers": len(baskets)}
# %%
print(summary, round(float(typical["revenue"].mean()), 2), orders.shape)
