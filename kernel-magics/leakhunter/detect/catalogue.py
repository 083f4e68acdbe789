"""Libraries that are known to keep memory: what, in which versions, what to write instead, who reported it.

Data, not code: to add an entry, add one record and nothing else.  A version
that is not affected is not accused.  Detectors find what is kept by looking at
the picture; they ask here for the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from leakhunter.detect.versions import affected
from leakhunter.model import Kind


class Known(NamedTuple):
    """One way in which a library keeps memory.

    Attributes
    ----------
    library
        Its top module.
    types
        Names of the classes that keep it, as patterns; empty when no object of
        the user's does.
    kind
        What sort of finding it is.
    keeps
        What is kept, in two or three words.
    reason
        One line.
    fix
        Code, with ``{name}`` for the variable.
    link
        The public report.
    versions
        Which versions do that; empty: all.
    inside
        Pattern of the classes of objects by way of which it is kept, where not all that an
        object of ``types`` holds is meant.
    near
        True when those objects count only where it refers to them itself.
    used
        True where the object needs what it keeps: worth telling only once the
        user has let go of that.
    pool
        Allocator whose free memory is what is kept: it is never used again.
    """

    library: str
    types: tuple[str, ...]
    kind: Kind
    keeps: str
    reason: str
    fix: str
    link: str
    versions: str = ""
    inside: str = ""
    near: bool = False
    used: bool = False
    pool: str = ""

    @property
    def key(self) -> str:
        """Tells it from the others of its kind."""
        return f"{self.library}.{''.join(self.types[:1])}"


KNOWN: tuple[Known, ...] = (
    # ------------------------------------------------ objects that hold data
    Known(
        "pandas",
        ("*GroupBy", "*Resampler*", "Rolling*", "Expanding*", "Exponential*", "Window"),
        "container-holds",
        "the whole frame",
        "A grouping or a window keeps the whole frame and the codes of its groups.",
        "del {name}   # or df.groupby(...)[column] where it is needed",
        "https://github.com/pandas-dev/pandas/issues/53759",
        used=True,
    ),
    Known(
        "tqdm",
        ("tqdm*", "trange*"),
        "container-holds",
        "what it went through",
        "A progress bar keeps what it went through, also when it is done.",
        "del {name}",
        "https://github.com/tqdm/tqdm/issues/1216",
        used=True,
    ),
    Known(
        "IPython",
        ("CapturedIO",),
        "container-holds",
        "captured text",
        "`%%capture` keeps everything that was printed.",
        "del {name}   # %%capture --no-stdout keeps no text",
        "https://github.com/ipython/ipython/pull/3744",
    ),
    Known(
        "unittest",
        ("*",),
        "container-holds",
        "the arguments of its calls",
        "A mock keeps all arguments that it was ever called with.",
        "{name}.reset_mock()",
        "https://github.com/pytest-dev/pytest-mock/issues/37",
        inside="_Call*",
    ),
    Known(
        "lightgbm",
        ("Booster",),
        "container-holds",
        "its training data",
        "A booster in training mode keeps its dataset; predicting does not need it.",
        "{name}.free_dataset()",
        "https://github.com/lightgbm-org/LightGBM/issues/668",
        inside="Dataset",
    ),
    Known(
        "xgboost",
        ("Booster",),
        "container-holds",
        "its training data",
        "A booster keeps the matrices that it was trained with.",
        "{name} = pickle.loads(pickle.dumps({name}))",
        "https://github.com/dmlc/xgboost/issues/4482",
        versions="<3.0",
        inside="DMatrix",
    ),
    Known(
        "statsmodels",
        ("*ResultsWrapper", "*Results"),
        "container-holds",
        "the data it was fitted to",
        "Fitted results keep the design matrix, its pseudo-inverse and the residuals.",
        "{name}.remove_data()   # or keep only {name}.params",
        "https://github.com/statsmodels/statsmodels/issues/2113",
    ),
    Known(
        "linearmodels",
        ("*Results",),
        "container-holds",
        "the data it was fitted to",
        "Fitted results keep the data that they were fitted to.",
        "{name} = {name}.params",
        "https://github.com/bashtage/linearmodels/issues/533",
    ),
    Known(
        "torch",
        ("*SGD", "*Adam*", "Ada[dfg]*", "*prop", "LBFGS", "Muon"),
        "container-holds",
        "the parameters of a model",
        "An optimizer keeps the parameters that it was made with, also without their model.",
        "del {name}",
        "https://github.com/NVIDIA/Megatron-LM/issues/662",
        inside="Parameter",
    ),
    Known(
        "distributed",
        ("Future",),
        "container-holds",
        "results on the workers",
        "A finished future keeps its result on a worker.",
        "del {name}   # or client.cancel({name})",
        "https://github.com/dask/distributed/issues/3092",
    ),
    # --------------------------------------------------------------- caches
    Known(
        "xarray",
        ("Dataset", "DataArray", "DataTree"),
        "cache",
        "variables read from the file",
        "Reading a variable of an opened file keeps it in memory; `close()` does not let go of it.",
        "del {name}   # or xr.open_dataset(path, cache=False)",
        "https://github.com/pydata/xarray/issues/2186",
        inside="MemoryCachedArray",
    ),
    Known(
        "spacy",
        ("Vocab",),
        "cache",
        "every text it has seen",
        "A vocabulary remembers every new word that it is given, for good.",
        "with {name}.memory_zone():   # spaCy 3.8 and later: what is read inside is forgotten after it\n    ...",
        "https://github.com/explosion/spaCy/issues/285",
        inside="Pool",
        near=True,
    ),
    Known(
        "cachetools",
        ("*Cache",),
        "cache",
        "results",
        "A cache keeps results until it is full.",
        "{name}.clear()",
        "https://github.com/tkem/cachetools/issues/106",
    ),
    Known(
        "fsspec",
        ("*Cache", "*Buffer*", "MemoryFile"),
        "cache",
        "blocks of a file",
        "An open file keeps the blocks that were read of it.",
        "{name}.close()\ndel {name}",
        "https://github.com/fsspec/filesystem_spec/issues/825",
    ),
    # --------------------------------------------------- graphs and modules
    Known(
        "torch",
        ("Tensor",),
        "autograd-graph",
        "the graph that made it",
        "A tensor with a graph keeps every activation that its gradient would need.",
        "{name} = {name}.detach()   # or compute it under torch.no_grad()",
        "https://github.com/pytorch/pytorch/issues/17568",
    ),
    Known(
        "keras",
        ("Sequential", "Functional", "Model"),
        "ref-cycle",
        "models made in a loop",
        "Models are cycles of references; those made in a loop wait for the collector.",
        "keras.backend.clear_session()\nimport gc; gc.collect()",
        "https://github.com/keras-team/keras/issues/9345",
    ),
    Known(
        "numpy",
        ("ndarray",),
        "view-base",
        "the array it shows a part of",
        "A slice keeps the whole array.",
        "{name} = {name}.copy()",
        "https://github.com/numpy/numpy/issues/15746",
    ),
    Known(
        "polars",
        ("DataFrame", "Series"),
        "view-base",
        "texts of the frame it came from",
        "Rows that were filtered out can stay in the buffers of those that are left.",
        "{name} = pl.from_arrow({name}.to_arrow())",
        "https://github.com/pola-rs/polars/issues/24464",
    ),
    # ------------------------------------------------------------ registries
    Known(
        "IPython",
        (),
        "output-history",
        "printed and shown output",
        "Everything that cells print and show is stored for `%notebook`.",
        "get_ipython().history_manager.outputs.clear()",
        "https://github.com/ipython/ipykernel/pull/1435",
        versions=">=9.1",
    ),
    Known(
        "matplotlib",
        ("Figure",),
        "figure",
        "open figures",
        "pyplot keeps every figure until it is closed.",
        "plt.close({name})",
        "https://github.com/matplotlib/matplotlib/issues/8519",
    ),
    Known(
        "ipympl",
        ("Canvas",),
        "figure",
        "open figures",
        "Running the cell again makes another figure; the old canvas stays.",
        "plt.close('all')",
        "https://github.com/matplotlib/ipympl/issues/4",
    ),
    Known(
        "ipywidgets",
        (),
        "widget",
        "widgets never closed",
        "The registry of widgets keeps each one until it is closed.",
        "{name}.close()",
        "https://github.com/jupyter-widgets/ipywidgets/issues/1345",
    ),
    Known(
        "ipywidgets",
        ("Output",),
        "widget",
        "what was printed into it",
        "An Output widget keeps everything that is printed into it.",
        "{name}.outputs = ()",
        "https://github.com/jupyter-widgets/ipywidgets/issues/2304",
    ),
    Known(
        "tqdm",
        ("tqdm_notebook",),
        "widget",
        "what it went through",
        "The bar's widget keeps the bar, and the bar what it went through.",
        "%pip install -U tqdm",
        "https://github.com/tqdm/tqdm/issues/1216",
        versions="<4.62.2",
    ),
    Known(
        "anywidget",
        (),
        "widget",
        "closed widgets",
        "A callback of the class keeps every widget that was made.",
        "type({name})._esm.changed.disconnect()",
        "https://github.com/manzt/anywidget/issues/929",
    ),
    Known(
        "bokeh",
        (),
        "document",
        "every figure shown",
        "The current document collects every figure that was shown.",
        "from bokeh.io import reset_output\nreset_output()",
        "https://github.com/bokeh/bokeh/issues/8626",
    ),
    Known(
        "panel",
        (),
        "document",
        "every view rendered",
        "Each time something is rendered its view stays in `state._views`.",
        "import panel as pn\npane = pn.pane.HoloViews(); display(pane)   # once\npane.object = None   # in each run: the new plot, in the same pane",
        "https://github.com/holoviz/panel/pull/8607",
    ),
    # ------------------------------------------------ resources and processes
    Known(
        "duckdb",
        ("DuckDBPyConnection",),
        "open-resource",
        "registered frames",
        "A connection keeps the frames that were registered with it.",
        "{name}.unregister('table')   # or {name}.close()",
        "https://github.com/duckdb/duckdb/issues/3144",
    ),
    Known(
        "ray",
        ("RemoteFunction",),
        "closure",
        "objects in the object store",
        "A remote function that captured a reference pins the object until ray stops.",
        "ray.shutdown()   # next time pass the reference as an argument",
        "https://github.com/ray-project/ray/issues/15058",
    ),
    Known(
        "joblib",
        (),
        "child-processes",
        "idle workers",
        "Workers stay alive after the call, with what they were given.",
        "from joblib.externals.loky import get_reusable_executor\nget_reusable_executor().shutdown()",
        "https://github.com/joblib/joblib/issues/945",
    ),
    Known(
        "sklearn",
        (),
        "child-processes",
        "idle workers",
        "What ran with `n_jobs` leaves joblib's workers alive.",
        "from joblib.externals.loky import get_reusable_executor\nget_reusable_executor().shutdown()",
        "https://github.com/joblib/joblib/issues/945",
    ),
    Known(
        "torch",
        ("DataLoader",),
        "child-processes",
        "persistent workers",
        "Persistent workers keep their copy of the data between epochs.",
        "del {name}   # or persistent_workers=False",
        "https://github.com/pytorch/pytorch/issues/62066",
    ),
    # ------------------------------------------------------------ native code
    Known(
        "numba",
        (),
        "native-leak",
        "compiled code",
        "Compiled code is never freed; running a cell with `@njit` again compiles it again.",
        "# keep the function in a module, or use @njit(cache=True) in a cell that runs once",
        "https://github.com/numba/numba/issues/5976",
    ),
    Known(
        "pyarrow",
        (),
        "native-leak",
        "what was read",
        "Reading Parquet files leaks in this version.",
        "%pip install -U pyarrow",
        "https://github.com/apache/arrow/issues/47266",
        versions="==21.0",
        pool="Arrow",
    ),
    Known(
        "netCDF4",
        (),
        "native-leak",
        "chunk caches of closed files",
        "Chunk caches of files that were open together are not freed.",
        "%pip install -U netCDF4",
        "https://github.com/Unidata/netcdf4-python/issues/1334",
        versions="<1.7.1",
    ),
    Known(
        "pyarrow",
        (),
        "allocator-retention",
        "freed memory",
        "Arrow's pool keeps freed memory for the next table.",
        "import pyarrow\npyarrow.default_memory_pool().release_unused()",
        "https://github.com/apache/arrow/issues/36100",
    ),
    Known(
        "polars",
        (),
        "allocator-retention",
        "freed memory",
        "Polars' allocator keeps freed memory for the next frame.",
        "# nothing to do: it is used again",
        "https://github.com/pola-rs/polars/issues/23128",
    ),
)

LIBRARIES = frozenset(record.library for record in KNOWN)
"""Whose versions are asked for."""


def of_kind(kind: Kind, versions: Mapping[str, str]) -> list[Known]:
    """Records of one kind about libraries that are imported, in a version that is affected.

    Parameters
    ----------
    kind
        The kind of finding.
    versions
        Versions of the imported libraries; an empty text where it is not known.
    """
    return [
        record
        for record in KNOWN
        if record.kind == kind
        and record.library in versions
        and affected(versions[record.library], record.versions)
    ]


def fits(record: Known, module: str, name: str) -> bool:
    """Is a class, by its module and name, one that a record is about?"""
    return module.partition(".")[0] == record.library and any(
        fnmatchcase(name, pattern) for pattern in record.types
    )
