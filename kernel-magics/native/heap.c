/* All objects of the process as one graph; the twin is heap/whole/twin.py.
 *
 * Nodes are what the collector knows and whatever that leads to, in the order
 * in which they are found.  Numbers and texts that only one object holds count
 * as part of it.  Plain objects are looked at here; what needs more thought is
 * handed back to Python, one node at a time.
 *
 * Until `forget` each node holds its object, so that other threads may run
 * between two calls.
 */
#include "atoms.h"
#include "bulk.h"
#include "places.h"
#include "plans.h"

/* Held more often than this, a small atom is nobody's. */
enum { COMMON = 500 };

/* Bytes from which on an atom is a node of its own; it may lend its memory. */
enum { LONG = 1024 };

typedef struct {
    PyObject_HEAD
    Plans plans;
    Ints rows;     /* by plan: what its objects count as */
    int32_t atoms; /* so many plans, the first, are of numbers and texts */
    Keys keys;
    Places places;
    Bulk objects, kinds, sizes, begins, counts, to;
    Ints lending;
    Children children;
    int64_t *inside_count, *inside_bytes; /* by atom: those that are part of an object */
    int64_t *within;                      /* by row: their bytes in its objects */
    int32_t many_rows;
    int32_t next;
} Heap;

static int32_t many_nodes(const Heap *self) {
    return (int32_t)(self->objects.length / sizeof(PyObject *));
}

static PyObject *object_at(const Heap *self, int32_t node) {
    return ((PyObject **)self->objects.at)[node];
}

/* ---- nodes ------------------------------------------------------------------- */

/* A node of its own for an object, or for native memory; -1 with an exception. */
static int32_t fresh_node(Heap *self, PyObject *obj, int32_t kind) {
    int32_t node = many_nodes(self);
    if (node == INT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "too many objects for a graph");
        return -1;
    }
    if (BULK_PUSH(&self->kinds, int32_t, kind) < 0 || BULK_PUSH(&self->sizes, int64_t, 0) < 0 ||
        BULK_PUSH(&self->objects, PyObject *, obj) < 0)
        return -1;
    Py_XINCREF(obj);
    return node;
}

static int32_t node_for(Heap *self, PyObject *obj) {
    int32_t *place = places_put(&self->places, obj);
    if (place == NULL)
        return -1;
    if (*place == 0) {
        int32_t node = fresh_node(self, obj, -1);
        if (node < 0)
            return -1;
        *place = node + 1;
    }
    return *place - 1;
}

/* ---- what an object refers to ---------------------------------------------------- */

/* Add what an object refers to; `lists` is how many lists of ours hold each child too. */
static int follow(Heap *self, int32_t node, Py_ssize_t lists) {
    const Children *children = &self->children;
    int64_t within = 0;
    for (Py_ssize_t i = 0; i < children->length; i++) {
        PyObject *child = children->at[i].obj;
        int32_t kind = plans_place(&self->plans, child);
        int common = 0;
        Py_ssize_t count = children->at[i].count - lists;
        if (kind >= 0 && kind < self->atoms && (count == 1 || count > COMMON)) {
            int64_t size = atom_size(child);
            if (size < 0)
                return -1;
            if (size < LONG) {
                if (count == 1) {
                    within += block(size);
                    self->inside_count[kind]++;
                    self->inside_bytes[kind] += block(size);
                    continue;
                }
                common = size * 100 <= (int64_t)count * POINTER;
            }
        }
        int32_t at = node_for(self, child);
        if (at < 0 || (!common && BULK_PUSH(&self->to, int32_t, at) < 0))
            return -1;
    }
    ((int64_t *)self->sizes.at)[node] += within;
    self->within[((int32_t *)self->kinds.at)[node]] += within;
    return 0;
}

/* Keys that are all text are not among what a dictionary refers to. */
static int add_keys(Heap *self, const Plan *plan, PyObject *obj, int64_t bare, int64_t *size) {
    Py_ssize_t keys = PyDict_GET_SIZE(obj), at = 0;
    PyObject *key, *value;
    if (keys == 0 || self->children.length != keys)
        return 0;
    int shared = keys_shared(&self->keys, obj, bare, 1);
    if (shared < 0)
        return -1;
    if (shared) {
        *size = plan_shared(plan, bare);
        return 0;
    }
    while (PyDict_Next(obj, &at, &key, &value))
        if (children_add(key, &self->children) < 0)
            return -1;
    return 0;
}

static PyObject *parts_of_code;

/* The collector does not look into code; its attributes are all of builtin classes. */
static int add_code(Heap *self, PyObject *code) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts_of_code); i++) {
        PyObject *part = PyObject_GetAttr(code, PyTuple_GET_ITEM(parts_of_code, i));
        if (part == NULL) {
            PyErr_Clear();
            continue;
        }
        /* one that was made by asking goes at once */
        int own = Py_REFCNT(part) > 1;
        Py_DECREF(part);
        if (own && children_add(part, &self->children) < 0)
            return -1;
    }
    return 0;
}

/* Nor into a class that is written in C; the class itself is part of its library's data. */
static int add_class(Heap *self, PyTypeObject *type, int64_t *size) {
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        return 0;
    *size = 0;
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *dict = PyType_GetDict(type);
    Py_XDECREF(dict);
#else
    PyObject *dict = type->tp_dict;
#endif
    return dict == NULL ? 0 : children_add(dict, &self->children);
}

static int add_more(Heap *self, const Plan *plan, PyObject *obj, int64_t bare, int64_t *size) {
    switch (plan->mode) {
    case DICT:
        return add_keys(self, plan, obj, bare, size);
    case CODE:
        return add_code(self, obj);
    case CLASS:
        return add_class(self, (PyTypeObject *)obj, size);
    default:
        return 0;
    }
}

/* Where the references of the next node begin. */
static int open_node(Heap *self) {
    return BULK_PUSH(&self->begins, int64_t, (int64_t)(self->to.length / sizeof(int32_t)));
}

static int close_node(Heap *self) {
    int64_t begin = ((int64_t *)self->begins.at)[self->next];
    int64_t count = (int64_t)(self->to.length / sizeof(int32_t)) - begin;
    self->next++;
    return BULK_PUSH(&self->counts, int32_t, (int32_t)count);
}

static int expand(Heap *self, int32_t node) {
    PyObject *obj = object_at(self, node);
    int32_t kind = plans_place(&self->plans, obj);
    if (kind < 0 || self->plans.at[kind].mode == BY_HAND)
        return PYTHON;
    const Plan *plan = &self->plans.at[kind];
    Children *children = &self->children;
    /* asked first: from the traversal on nothing may run that lets others run */
    int64_t bare = kind < self->atoms ? atom_size(obj) : plan_bare(plan, obj), size;
    if (bare < 0)
        return FAILED;
    if (children_take(children, obj) < 0)
        return FAILED;
    /* its values are kept in an instance, which lists them */
    if ((plan->mode == DICT && children->length == 0 && PyDict_GET_SIZE(obj) > 0) ||
        plan_size(plan, obj, bare, children, &size) == PYTHON)
        return PYTHON;
    if (add_more(self, plan, obj, bare, &size) < 0)
        return FAILED;
    if (kind < self->atoms && PyBytes_CheckExact(obj) && bare >= LONG &&
        ints_push(&self->lending, node) < 0)
        return FAILED;
    ((int64_t *)self->sizes.at)[node] = size;
    ((int32_t *)self->kinds.at)[node] = self->rows.at[kind];
    return open_node(self) < 0 || follow(self, node, 0) < 0 || close_node(self) < 0 ? FAILED : DONE;
}

/* ---- the type -------------------------------------------------------------------------- */

static void let_go(Heap *self) {
    Bulk objects = self->objects;
    self->objects = (Bulk){0};
    places_free(&self->places);
    /* the last reference to an object may be ours: then its finalizer runs now */
    for (size_t i = 0; i < objects.length / sizeof(PyObject *); i++)
        Py_XDECREF(((PyObject **)objects.at)[i]);
    bulk_free(&objects);
}

static void heap_dealloc(Heap *self) {
    PyTypeObject *type = Py_TYPE(self);
    let_go(self);
    plans_free(&self->plans);
    children_free(&self->children);
    Bulk *bulks[] = {&self->kinds, &self->sizes, &self->begins, &self->counts, &self->to};
    for (size_t i = 0; i < sizeof bulks / sizeof *bulks; i++)
        bulk_free(bulks[i]);
    ints_free(&self->lending);
    ints_free(&self->rows);
    PyMem_RawFree(self->inside_count);
    PyMem_RawFree(self->inside_bytes);
    PyMem_RawFree(self->within);
    Py_CLEAR(self->keys.alone);
    type->tp_free(self);
    Py_DECREF(type);
}

static int take_objects(Heap *self, PyObject *list) {
    size_t many = (size_t)PyList_GET_SIZE(list), room = many + many / 4 + 65536;
    Bulk *bulks[] = {&self->objects, &self->kinds, &self->sizes, &self->begins, &self->counts,
                     &self->to};
    size_t width[] = {sizeof(PyObject *), 4, 8, 8, 4, 8};
    for (size_t i = 0; i < sizeof bulks / sizeof *bulks; i++)
        if (bulk_begin(bulks[i], room * width[i]) < 0)
            return -1;
    for (size_t i = 0; i < many; i++)
        if (node_for(self, PyList_GET_ITEM(list, (Py_ssize_t)i)) < 0)
            return -1;
    return 0;
}

static PyObject *heap_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *list, *alone;
    Py_ssize_t most;
    int atoms;
    if (!PyArg_ParseTuple(args, "O!iO!n", &PyList_Type, &list, &atoms, &PyFrozenSet_Type, &alone,
                          &most))
        return NULL;
    Heap *self = (Heap *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->keys = (Keys){Py_NewRef(alone), most};
    self->atoms = atoms;
    self->inside_count = PyMem_RawCalloc((size_t)Py_MAX(atoms, 0) + 1, sizeof(int64_t));
    self->inside_bytes = PyMem_RawCalloc((size_t)Py_MAX(atoms, 0) + 1, sizeof(int64_t));
    if (self->inside_count == NULL || self->inside_bytes == NULL)
        PyErr_NoMemory();
    if (PyErr_Occurred() || take_objects(self, list) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

/* ---- methods ------------------------------------------------------------------------------ */

/* Room for what is counted under a row; -1 with an exception. */
static int open_row(Heap *self, int32_t row) {
    if (row < 0)
        return edges_wrong();
    if (row < self->many_rows)
        return 0;
    int64_t *within = PyMem_RawRealloc(self->within, ((size_t)row + 256) * sizeof *within);
    if (within == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(within + self->many_rows, 0, (size_t)(row + 256 - self->many_rows) * sizeof *within);
    self->within = within;
    self->many_rows = row + 256;
    return 0;
}

static PyObject *heap_learn(Heap *self, PyObject *args) {
    int row;
    PyObject *plan;
    if (!PyArg_ParseTuple(args, "iO!", &row, &PyTuple_Type, &plan) || open_row(self, row) < 0 ||
        ints_push(&self->rows, row) < 0)
        return NULL;
    PyObject *done = plans_learn(&self->plans, plan);
    self->rows.length = self->plans.many;
    return done;
}

static int is_over(const Heap *self) {
    if (self->objects.at != NULL && self->begins.at != NULL)
        return 0;
    PyErr_SetString(PyExc_ValueError, "the walk is over");
    return 1;
}

static PyObject *heap_next(Heap *self, PyObject *args) {
    long long limit;
    if (!PyArg_ParseTuple(args, "L", &limit) || is_over(self))
        return NULL;
    if (self->plans.many < self->atoms) {
        PyErr_SetString(PyExc_ValueError, "the classes of atoms are learned first");
        return NULL;
    }
    for (; self->next < many_nodes(self) && limit > 0; limit--) {
        int what = object_at(self, self->next) == NULL ? PYTHON : expand(self, self->next);
        if (what == FAILED)
            return NULL;
        if (what == PYTHON)
            return PyLong_FromLong(self->next);
    }
    Py_RETURN_NONE;
}

static int is_node(const Heap *self, int64_t node) {
    if (node >= 0 && node < many_nodes(self))
        return 1;
    edges_wrong();
    return 0;
}

static PyObject *heap_visit(Heap *self, PyObject *args) {
    int row;
    long long size;
    PyObject *children, *nodes;
    if (!PyArg_ParseTuple(args, "iLO!O!", &row, &size, &PyList_Type, &children, &PyList_Type,
                          &nodes) ||
        is_over(self))
        return NULL;
    if (!is_node(self, self->next) || open_row(self, row) < 0)
        return NULL;
    self->children.length = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(children); i++)
        if (children_add(PyList_GET_ITEM(children, i), &self->children) < 0)
            return NULL;
    ((int64_t *)self->sizes.at)[self->next] = size;
    ((int32_t *)self->kinds.at)[self->next] = row;
    if (open_node(self) < 0 || follow(self, self->next, 1) < 0)
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(nodes); i++) {
        long node = PyLong_AsLong(PyList_GET_ITEM(nodes, i));
        if (PyErr_Occurred() || !is_node(self, node) ||
            BULK_PUSH(&self->to, int32_t, (int32_t)node) < 0)
            return NULL;
    }
    if (close_node(self) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *heap_native(Heap *self, PyObject *Py_UNUSED(ignored)) {
    if (is_over(self))
        return NULL;
    int32_t node = fresh_node(self, NULL, -1);
    return node < 0 ? NULL : PyLong_FromLong(node);
}

/* Nodes that something outside of the graph holds. */
static PyObject *held_outside(Heap *self, PyObject *held) {
    Bulk inside;
    int32_t many = many_nodes(self);
    if (bulk_begin(&inside, (size_t)many * sizeof(int32_t)) < 0)
        return NULL;
    int32_t *times = memset(inside.at, 0, inside.room);
    const int32_t *to = (int32_t *)self->to.at;
    for (size_t i = 0; i < self->to.length / sizeof *to; i++)
        times[to[i]]++;
    PyObject *key, *value, *starts = PyList_New(0);
    Py_ssize_t at = 0;
    while (starts != NULL && PyDict_Next(held, &at, &key, &value)) {
        long node = PyLong_AsLong(key), more = PyLong_AsLong(value);
        if (PyErr_Occurred() || !is_node(self, node))
            Py_CLEAR(starts);
        else
            times[node] -= (int32_t)more;
    }
    for (int32_t node = 0; starts != NULL && node < many; node++) {
        PyObject *obj = object_at(self, node);
        if ((obj == NULL ? 0 : Py_REFCNT(obj) - 1) <= times[node])
            continue;
        PyObject *number = PyLong_FromLong(node);
        if (number == NULL || PyList_Append(starts, number) < 0)
            Py_CLEAR(starts);
        Py_XDECREF(number);
    }
    bulk_free(&inside);
    return starts;
}

/* For each class of atoms how many are part of an object, and their bytes. */
static PyObject *parts_inside(const Heap *self) {
    PyObject *found = PyList_New(0);
    for (int32_t i = 0; found != NULL && i < self->atoms; i++) {
        PyObject *pair = Py_BuildValue("LL", (long long)self->inside_count[i],
                                       (long long)self->inside_bytes[i]);
        if (pair == NULL || PyList_Append(found, pair) < 0)
            Py_CLEAR(found);
        Py_XDECREF(pair);
    }
    return found;
}

static PyObject *within_rows(const Heap *self) {
    PyObject *found = PyDict_New();
    for (int32_t row = 0; found != NULL && row < self->many_rows; row++) {
        if (self->within[row] == 0)
            continue;
        PyObject *key = PyLong_FromLong(row), *size = PyLong_FromLongLong(self->within[row]);
        if (key == NULL || size == NULL || PyDict_SetItem(found, key, size) < 0)
            Py_CLEAR(found);
        Py_XDECREF(key);
        Py_XDECREF(size);
    }
    return found;
}

static PyObject *heap_finish(Heap *self, PyObject *held) {
    if (is_over(self))
        return NULL;
    if (!PyDict_CheckExact(held)) {
        PyErr_SetString(PyExc_TypeError, "a dictionary of nodes is needed");
        return NULL;
    }
    if (self->next < many_nodes(self)) {
        PyErr_SetString(PyExc_ValueError, "the walk is not over yet");
        return NULL;
    }
    /* found one by one from now on: it is the most memory of all */
    places_free(&self->places);
    PyObject *told[4] = {NULL}, *views[5] = {NULL}, *found = NULL;
    Bulk *bulks[5] = {&self->begins, &self->counts, &self->to, &self->sizes, &self->kinds};
    if ((told[0] = held_outside(self, held)) == NULL || (told[1] = parts_inside(self)) == NULL ||
        (told[2] = within_rows(self)) == NULL || (told[3] = ints_list(&self->lending)) == NULL)
        goto done;
    for (int i = 0; i < 5; i++)
        if ((views[i] = bulk_view(bulks[i], "qiiqi"[i])) == NULL)
            goto done;
    found = Py_BuildValue("(OOO)OOOOOO", views[0], views[1], views[2], views[3], views[4], told[0],
                          told[1], told[2], told[3]);
done:
    for (int i = 0; i < 4; i++)
        Py_XDECREF(told[i]);
    for (int i = 0; i < 5; i++)
        Py_XDECREF(views[i]);
    return found;
}

static PyObject *heap_object(Heap *self, PyObject *number) {
    long node = PyLong_AsLong(number);
    if (PyErr_Occurred() || !is_node(self, node))
        return NULL;
    PyObject *obj = object_at(self, (int32_t)node);
    return Py_NewRef(obj == NULL ? Py_None : obj);
}

static PyObject *heap_find(Heap *self, PyObject *address) {
    void *obj = PyLong_AsVoidPtr(address);
    if (PyErr_Occurred())
        return NULL;
    int32_t node = obj == NULL ? many_nodes(self) : 0;
    while (node < many_nodes(self) && (void *)object_at(self, node) != obj)
        node++;
    return PyLong_FromLong(node < many_nodes(self) ? node : -1);
}

static PyObject *heap_forget(Heap *self, PyObject *Py_UNUSED(ignored)) {
    let_go(self);
    Py_RETURN_NONE;
}

static PyObject *heap_done(Heap *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(self->next);
}

static Py_ssize_t heap_length(Heap *self) { return many_nodes(self); }

static PyMethodDef heap_methods[] = {
    {"learn", (PyCFunction)heap_learn, METH_VARARGS, "learn(row, plan)"},
    {"next", (PyCFunction)heap_next, METH_VARARGS, "next(limit)"},
    {"visit", (PyCFunction)heap_visit, METH_VARARGS, "visit(row, size, children, nodes)"},
    {"native", (PyCFunction)heap_native, METH_NOARGS, "native()"},
    {"finish", (PyCFunction)heap_finish, METH_O, "finish(held)"},
    {"object", (PyCFunction)heap_object, METH_O, "object(node)"},
    {"find", (PyCFunction)heap_find, METH_O, "find(address)"},
    {"forget", (PyCFunction)heap_forget, METH_NOARGS, "forget()"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef heap_properties[] = {
    {"done", (getter)heap_done, NULL, "Nodes looked at.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot heap_slots[] = {
    {Py_tp_doc, "All objects of the process as one graph."},
    {Py_tp_new, heap_new},
    {Py_tp_dealloc, heap_dealloc},
    {Py_tp_methods, heap_methods},
    {Py_tp_getset, heap_properties},
    {Py_sq_length, heap_length},
    {0, NULL},
};

static PyType_Spec heap_spec = {
    .name = "leakhunter._native.Heap",
    .basicsize = sizeof(Heap),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = heap_slots,
};

static PyObject *names_of_parts(void) {
    static const char *const names[] = {"co_consts",    "co_names",     "co_filename",
                                        "co_name",      "co_qualname",  "co_linetable",
                                        "co_exceptiontable"};
    const Py_ssize_t many = sizeof names / sizeof *names;
    PyObject *found = PyTuple_New(many);
    for (Py_ssize_t i = 0; found != NULL && i < many; i++) {
        PyObject *name = PyUnicode_InternFromString(names[i]);
        if (name == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, name);
    }
    return found;
}

int heap_ready(PyObject *module) {
    if (parts_of_code == NULL && (parts_of_code = names_of_parts()) == NULL)
        return -1;
    PyObject *type = PyType_FromSpec(&heap_spec);
    int failed = type == NULL || PyModule_AddObjectRef(module, "Heap", type) < 0;
    Py_XDECREF(type);
    return failed ? -1 : 0;
}
