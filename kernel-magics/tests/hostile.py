"""Sources of cells that make what lies, breaks or watches who looks, and put it into every place.

What hostile things define is recorded when it is called from this package,
with the line that called it; Python and IPython call it for their own reasons.
"""

from __future__ import annotations

HOSTILE = """
import array, collections, ctypes, functools, gc, io, logging, sys, threading, types, weakref

plain = bytearray(20_000_000)
calls = []
OURS = '/leakhunter/'

def note(what, sys=sys, calls=calls, OURS=OURS):
    # its own names: it is still called when the session's are gone
    frame = sys._getframe(1)
    while frame is not None:
        if OURS in frame.f_code.co_filename:
            calls.append(f'{what} at {frame.f_code.co_filename.split(OURS)[-1]}:{frame.f_lineno}')
            return
        frame = frame.f_back

def recorded(name, result=None):
    def method(*args, note=note, **kwargs):
        note(name)
        return result
    return method

RESULTS = {
    '__bool__': False, '__len__': 0, '__length_hint__': 0, '__sizeof__': 0, '__index__': 0, '__int__': 0,
    '__float__': 0.0, '__complex__': 0j, '__iter__': iter(()), '__contains__': False, '__dir__': [],
    '__repr__': 'shy', '__str__': 'shy', '__format__': 'shy', '__bytes__': b'', '__fspath__': 'shy',
    '__eq__': False, '__ne__': True, '__lt__': False, '__le__': False, '__gt__': False, '__ge__': False,
    '__reversed__': iter(()), '__next__': None, '__getitem__': None, '__missing__': None, '__call__': None,
    '__enter__': None, '__exit__': None, '__await__': iter(()), '__aiter__': None, '__anext__': None,
    '__reduce__': 'shy', '__reduce_ex__': 'shy', '__getstate__': None, '__copy__': None, '__deepcopy__': None,
    '__array__': None, '__array_wrap__': None, '__array_ufunc__': None, '__array_function__': None,
    '__arrow_c_array__': None, '__arrow_c_stream__': None, '__dataframe__': None, '__dlpack__': None,
    '__buffer__': None, '__instancecheck__': False, '__subclasscheck__': False, '__subclasshook__': False,
    '__torch_function__': None, '__del__': None, 'keys': (), 'values': (), 'items': (), 'get': None,
    'copy': None, 'pop': None, 'startswith': False, 'split': [], 'isprintable': True, 'encode': b'',
    'tobytes': b'', 'read': b'', 'memory_usage': 0, '_repr_html_': '', '_ipython_display_': None,
    '_repr_mimebundle_': None, '_ipython_canary_method_should_not_exist_': None,
}
PROPERTIES = ['__class__', '__dict__', '__array_interface__', '__array_struct__', '__cuda_array_interface__',
    'nbytes', 'shape', 'dtype', 'base', 'size', 'T', 'axes', 'columns', 'index', 'name', '_mgr', '_data', '_name',
    'items_', 'buffers', '_args', '_kwargs', '_target', 'handlers', 'filters', 'stream', 'level', '__name__',
    '__module__', '__doc__', '__wrapped__', '__self__', '__func__', '__code__', '__closure__',
    '__defaults__', '__globals__', '__traceback__', '__cause__', '__context__',
    'gi_frame', 'cr_frame', 'tb_frame', 'f_locals', 'nodes', 'children', '_parent', 'grad', 'device', '__spec__',
    '__loader__', '__path__', '__file__']

def get(self, name, note=note):
    note('attribute ' + str(name))
    return object.__getattribute__(self, name)

def ask(self, name, note=note):
    note('attribute ' + str(name))
    raise AttributeError(name)

def hash_of(self, note=note):
    note('hash')
    return 7

SPECIAL = {name: recorded(name, result) for name, result in RESULTS.items()}
SPECIAL.update({name: property(recorded(name, dict)) for name in PROPERTIES})
SPECIAL.update(__getattribute__=get, __getattr__=ask, __hash__=hash_of)

class Names(dict):
    '''What a hostile metaclass prepares for the body of a class.'''
    def __getitem__(self, key):
        note('names')
        return dict.__getitem__(self, key)
    def keys(self):
        note('names')
        return dict.keys(self)

def meta_get(cls, name, note=note):
    note('class attribute ' + str(name))
    return type.__getattribute__(cls, name)

def mro_of(cls, note=note):
    note('mro')
    return type.mro(cls)

META = {name: SPECIAL[name] for name in SPECIAL if name not in
    ('__class__', '__call__', '__slots__', '__getattr__', '__del__', '__doc__', '__subclasshook__', '__dict__', '__weakref__')}
META.update(__getattribute__=meta_get, mro=mro_of, __prepare__=classmethod(lambda *_, **__: Names()),
    __mro__=property(recorded('__mro__', ())), __bases__=property(recorded('__bases__', ())),
    __basicsize__=property(recorded('__basicsize__', 0)), __flags__=property(recorded('__flags__', 0)),
    __dict__=property(recorded('class __dict__', {})), __new__=type.__new__)
Meta = type('Meta', (type,), META)

Shy = type('Shy', (), dict(SPECIAL))

def shy(*bases, meta=type, leave=(), **more):
    names = {k: v for k, v in SPECIAL.items() if k not in leave}
    return meta('Shy' + bases[0].__name__.title() if bases else 'ShyMeta', (*bases,), {**names, **more})

def raw(thing):
    '''The attributes of an instance, past what it defines.'''
    for base in type.__dict__['__mro__'].__get__(type(thing)):
        found = type.__dict__['__dict__'].__get__(base).get('__dict__')
        if type(found) is types.GetSetDescriptorType:
            return found.__get__(thing)
    return {}

def keep(thing, data):
    raw(thing)['data'] = data
    return thing

def data():
    return bytearray(3_000_000)

BASES = [list, dict, set, frozenset, tuple, str, bytes, bytearray, int, float, Exception, collections.deque,
    collections.OrderedDict, collections.defaultdict, collections.Counter, types.SimpleNamespace, functools.partial,
    weakref.ref, array.array, io.BytesIO, io.StringIO, types.ModuleType, threading.Thread, logging.Handler, property,
    ctypes.Structure, staticmethod]
"""

# Each makes `made`: hostile things by name.
KINDS = {
    "objects": "made = {'object': keep(Shy(), data()), 'slots': shy(object, a=None)()}",
    "subclasses": """
made = {}
for base in BASES:
    # what the base itself calls while it makes one is its own affair
    new = {str: ('text',), int: (5,), bytes: (b'x',), Exception: (data(),), weakref.ref: (Shy,), array.array: ('d', [1.0]),
           functools.partial: (print,), types.ModuleType: ('shy',), property: (print,), staticmethod: (print,)}.get(base, ())
    try:
        made[base.__name__] = keep(base.__new__(shy(base), *new), data())
    except TypeError:
        continue
""",
    "classes": """
ShyMeta = shy(meta=Meta)
made = {'instance of a hostile class': keep(object.__new__(ShyMeta), data()), 'class': ShyMeta}
type.__setattr__(ShyMeta, 'held', data())
Both = Meta('Both', (list,), {})
made['list of a hostile class'] = list.__new__(Both)
list.extend(made['list of a hostile class'], [None] * 400_000)
""",
    "half made": """
made = {}
for cls in (threading.Thread, logging.Handler, collections.OrderedDict, io.BytesIO, io.StringIO, types.ModuleType,
            collections.Counter, collections.ChainMap, weakref.WeakValueDictionary, weakref.WeakSet,
            types.SimpleNamespace, functools.cached_property, logging.LogRecord, threading.Event, array.array):
    new = ('d',) if cls is array.array else ()
    made[cls.__name__] = cls.__new__(cls, *new)
class ShyDict(dict): pass
for name, method in SPECIAL.items():
    if name not in ('__class__', '__dict__', '__getattribute__', '__del__', '__name__', '__module__', '__doc__'):
        setattr(ShyDict, name, method)
class Plain: pass
for what in ('replaced', 'deleted', 'shared', 'of itself'):
    one = Plain()
    one.data = data()
    if what == 'replaced': one.__dict__ = ShyDict(data=data())
    if what == 'deleted': del one.__dict__
    if what == 'shared': one.__dict__ = globals()
    if what == 'of itself': one.__dict__['me'] = one.__dict__
    made['dictionary ' + what] = one
handler = logging.Handler()
handler.__dict__ = ShyDict(stream=data())
made['handler'] = handler
""",
    "proxies": """
class Proxy:
    def __init__(self, wrapped): object.__setattr__(self, '_wrapped', wrapped)
    def __getattr__(self, name, note=note):
        note('proxy ' + name)
        return getattr(object.__getattribute__(self, '_wrapped'), name)
    def __getattribute__(self, name, note=note):
        note('proxy ' + name)
        return getattr(object.__getattribute__(self, '_wrapped'), name)
    def __eq__(self, other, note=note):
        note('proxy ==')
        return object.__getattribute__(self, '_wrapped') == other
    def __hash__(self, note=note):
        note('proxy hash')
        return hash(object.__getattribute__(self, '_wrapped'))
    @property
    def __class__(self, note=note):
        note('proxy class')
        return type(object.__getattribute__(self, '_wrapped'))
from unittest import mock
made = {'proxy': Proxy(data()), 'proxy of a type': Proxy(dict), 'proxy of a text': Proxy('text'),
        'mock': mock.MagicMock(), 'mock of a frame': mock.NonCallableMagicMock(), 'deep mock': mock.MagicMock()}
made['deep mock'].a.b.c.return_value.d = data()
mocks = [made['mock'], made['mock of a frame'], made['deep mock']]
""",
    "texts": """
def text_equal(self, other, note=note):
    note('text ==')
    return str.__eq__(self, other)
def text_hash(self, note=note):
    note('text hash')
    return str.__hash__(self)
Text = shy(str, leave=('__hash__', '__eq__'), __eq__=text_equal, __hash__=text_hash)
globals()[Text('a_name')] = data()
globals()[Text('__name__ ')] = data()
made = {'keys': {Text('a'): data(), 'b': 1, Text('__name__'): '__main__'}, 'only keys': {Text('a'): data()},
        'attributes': types.SimpleNamespace(**{Text('a'): data()})}
Odd = type('Odd', (), {Text('__module__'): 'odd', Text('__sizeof__'): 1, Text('__dict__'): 1})
made['class'] = Odd
made['instance'] = keep(Odd(), data())
code = compile('def odd():\\n held = data()\\n raise ValueError\\n', Text('a file'), 'exec')
exec(code, globals())
try: odd()
except ValueError as error: made['error'] = error
def keyed():
    held = {Text('held'): data(), Text('self'): 1}
    mine = {Shy(): data()}
    raise ValueError
try: keyed()
except ValueError as error: made['error of keys'] = error
Renamed = type('Renamed', (), {})
Renamed.__name__ = Text('renamed'); Renamed.__qualname__ = Text('q'); Renamed.__module__ = Text('__main__')
made['renamed'] = keep(Renamed(), data())
sizer = type('Sizer', (list,), {'__sizeof__': list.clear})
made['sized by clear'] = sizer([1, 2, 3])
""",
    "arrays": """
import numpy as np
A = shy(np.ndarray, leave=('__array_finalize__',), __array_finalize__=recorded('__array_finalize__'))
made = {'array': np.ndarray.__new__(A, 400_000), 'array of objects': np.ndarray.__new__(A, 3, object)}
np.ndarray.__setitem__(made['array of objects'], 0, None)
made['view'] = np.ones(400_000).view(np.ndarray)[:3]
V = shy(np.void)
made['masked'] = np.ma.MaskedArray.__new__(np.ma.MaskedArray, np.ones(400_000), mask=np.zeros(400_000, bool))
made['objects'] = np.array([None, data(), None], object)
made['objects'][0] = Shy()
R = np.dtype([('o', 'O'), ('f', 'f8')])
made['records'] = np.empty(3, R)
made['records']['o'][0] = data()
made['matrix'] = np.matrix(np.ones((3, 3)))
""",
    "frames": """
import numpy as np, pandas as pd
I = shy(pd.Index)
made = {'index': object.__new__(I)}
raw(made['index']).update(raw(pd.Index(np.ones(400_000))))
made['frame without a manager'] = pd.DataFrame.__new__(pd.DataFrame)
made['series without a manager'] = pd.Series.__new__(pd.Series)
made['index without data'] = object.__new__(pd.Index)
made['cells'] = pd.DataFrame({'x': [Shy(), data(), None]}, dtype=object)
made['a column'] = pd.Series([Shy(), data()], dtype=object)
made['attrs'] = pd.DataFrame({'x': np.ones(400_000)})
made['attrs'].attrs['shy'] = Shy()
made['subclass'] = shy(pd.DataFrame, leave=PROPERTIES)
""",
    "running": """
def generator(x):
    mine = [x]
    yield
waiting = generator(Shy())
next(waiting)
async def work(x):
    mine = [x]
    await Waiting()
class Waiting:
    def __await__(self): yield
begun = work(Shy())
begun.send(None)
async def agen(x):
    mine = [x]
    yield
made = {'waiting': waiting, 'begun': begun, 'never begun': generator(data()), 'async': agen(data())}
""",
}

# What only an adapter's reading of a library's own attributes can meet.
LIBRARIES = {
    "frames that lie": """
import numpy as np, pandas as pd
made = {}
for name, cls, real in (('frame', shy(pd.DataFrame), pd.DataFrame({'x': np.ones(400_000)})),
                        ('series', shy(pd.Series), pd.Series(np.ones(400_000)))):
    made[name] = object.__new__(cls)
    raw(made[name]).update(raw(real))
made['frame of a hostile manager'] = pd.DataFrame({'x': np.ones(400_000)})
object.__setattr__(made['frame of a hostile manager'], '_mgr', Shy())
Levels = type('Levels', (pd.MultiIndex,), {'_levels': property(recorded('_levels', ())), '_codes': property(recorded('_codes', ()))})
made['levels'] = object.__new__(Levels)
made['levels without data'] = object.__new__(pd.MultiIndex)
""",
    "types of records that lie": """
import numpy as np
MetaVoid = type('MetaVoid', (type(np.void),), {
    **{name: SPECIAL[name] for name in ('__eq__', '__ne__', '__hash__', '__repr__', '__instancecheck__', '__subclasscheck__')},
    '__name__': property(recorded('name of a type', 'shy'))})
Void = type.__new__(MetaVoid, 'Void', (np.void,), {})
made = {'records': np.empty(400_000, np.dtype((Void, [('a', 'f8')])))}
""",
}

# Puts each thing in places that hold; `undo` takes out what is not the session's.
PLACES = """
undo = []
kept = {}
class Holder: pass
a_holder = Holder()
class SlotHolder: __slots__ = ('a', '__weakref__')
def local_of(x):
    mine = x
    raise LookupError('mine')
def default(x):
    def f(y=x, *, z=x): return y
    return f
def closed(x): return lambda: x
def hashes(x):
    try: hash(x)
    except Exception: return False
    return True
for label, thing in made.items():
    holder, slots = Holder(), SlotHolder()
    holder.attribute = slots.a = thing
    kept[label] = [[thing], (thing, [thing]), {'k': thing}, holder, slots, default(thing), closed(thing),
        functools.partial(print, thing), types.MethodType(print, thing) if thing is not None else 0, collections.deque([thing]),
        types.MappingProxyType({'k': thing}), iter([thing]), collections.OrderedDict(k=thing), types.SimpleNamespace(a=thing)]
    Holder.on_class = thing
    class Owner: pass
    Owner.thing = thing
    kept[label].append(Owner)
    if hashes(thing):
        a_holder = Holder()
        kept[label] += [{thing: 1}, {thing}, frozenset([thing]), weakref.WeakValueDictionary({thing: a_holder})]
    try: kept[label] += [weakref.ref(thing), weakref.WeakValueDictionary(k=thing)]
    except TypeError: pass
    try: local_of(thing)
    except LookupError as error: kept[label].append(error)
    if 'np' in globals():
        box = np.empty(2, object)
        box[0] = thing
        kept[label] += [box, box[:1]]
    module = types.ModuleType('hostile_holder')
    module.thing = thing
    sys.modules['hostile_holder'] = module
    undo.append(lambda: sys.modules.pop('hostile_holder', None))
    sys.modules['hostile_module'] = thing
    undo.append(lambda: sys.modules.pop('hostile_module', None))
    handler = logging.NullHandler()
    handler.thing = thing
    logging.getLogger('hostile').handlers.append(handler)
    logging.getLogger('hostile').handlers.append(thing)
    logging.getLogger('hostile').filters.append(thing)
    finalizer = weakref.finalize(holder, print, thing)
    finalizer.atexit = False
undo.append(logging.getLogger('hostile').handlers.clear)
undo.append(logging.getLogger('hostile').filters.clear)
done = threading.Event()
undo.append(done.set)
threads = []
started = threading.Semaphore(0)
def run(*things, **named):
    mine = things
    started.release()
    done.wait()
for thing in made.values():
    thread = threading.Thread(target=run, args=(thing,), kwargs={'thing': thing}, daemon=True)
    thread.thing = thing
    thread.start()
    threads.append(thread)
odd = threading.Thread(target=run, daemon=True)
odd._args, odd._kwargs = Shy(), {}
odd.start()
threads.append(odd)
for _ in made: started.acquire()
for i, thing in enumerate(list(made.values())):
    globals()[f'thing_{i}'] = thing
del thing, holder, slots, i
for one in globals().get('mocks', ()):
    one.reset_mock()
calls.clear()
"""
