/* The nodes of a picture while it is taken; the twin is heap/walk/nodes.py.
 *
 * Plain containers and instances are looked at here.  What needs more thought
 * (a class of a library, a frame, a dictionary that keeps its keys elsewhere)
 * is handed back to Python, one node at a time.
 *
 * The arrays of the picture belong to Python.  While a call lasts they are
 * borrowed: what is new is kept apart and added at its end.
 */
#include "atoms.h"
#include "plans.h"

enum { COMMON = 500, WIDE = 512 };

typedef struct {
    int64_t *at;
    Py_ssize_t length, room;
} Longs;

typedef struct {
    Ints nodes;
    Py_ssize_t head;
} Queue;

typedef struct {
    PyObject_HEAD
    PyObject *objects, *kinds, *modules;
    PyObject *sizes, *begin, *count, *to;
    PyObject *atoms; /* classes of atoms: a list of (class, name, module) */
    Table atom_of;   /* address of such a class: its place there */
    Keys keys;
    Py_ssize_t single;
    int64_t visited, budget;
    Table index, stops, times;
    Plans plans;
    Queue near, wide;
    Ints cut; /* what was not followed to all that it refers to */
    Children children;
    /* while a call lasts */
    Py_buffer size_buffer, begin_buffer, count_buffer;
    Longs new_sizes, new_begin;
    Ints new_count, new_to, bytes;
    Py_ssize_t old, old_to;
} Nodes;

/* ---- vectors --------------------------------------------------------------- */

static int longs_push(Longs *longs, int64_t value) {
    if (longs->length == longs->room) {
        Py_ssize_t room = longs->room ? longs->room * 2 : 64;
        int64_t *at =
            pages_resize(longs->at, (size_t)longs->room * sizeof *at, (size_t)room * sizeof *at);
        if (at == NULL)
            return -1;
        longs->at = at;
        longs->room = room;
    }
    longs->at[longs->length++] = value;
    return 0;
}

static void longs_free(Longs *longs) {
    pages_free(longs->at, (size_t)longs->room * sizeof *longs->at);
    *longs = (Longs){0};
}

static int32_t queue_pop(Queue *queue) {
    int32_t node = queue->nodes.at[queue->head++];
    if (queue->head == queue->nodes.length)
        queue->head = queue->nodes.length = 0;
    return node;
}

static Py_ssize_t queue_length(const Queue *queue) { return queue->nodes.length - queue->head; }

/* ---- borrowing the arrays ---------------------------------------------------- */

static int borrow(PyObject *array, Py_buffer *buffer, Py_ssize_t width, Py_ssize_t *length) {
    if (PyObject_GetBuffer(array, buffer, PyBUF_WRITABLE | PyBUF_ND) < 0)
        return -1;
    if (buffer->itemsize != width) {
        edges_wrong();
        return -1;
    }
    *length = buffer->len / width;
    return 0;
}

static void give_up(Nodes *self) {
    Py_buffer *buffers[] = {&self->size_buffer, &self->begin_buffer, &self->count_buffer};
    for (int i = 0; i < 3; i++)
        if (buffers[i]->obj != NULL)
            PyBuffer_Release(buffers[i]);
}

static int nodes_open(Nodes *self) {
    Py_ssize_t lengths[3];
    Py_ssize_t edges = PyObject_Length(self->to);
    if (edges < 0 || borrow(self->sizes, &self->size_buffer, 8, &lengths[0]) < 0 ||
        borrow(self->begin, &self->begin_buffer, 8, &lengths[1]) < 0 ||
        borrow(self->count, &self->count_buffer, 4, &lengths[2]) < 0)
        goto failed;
    self->old = lengths[0];
    self->old_to = edges;
    if (lengths[1] != self->old || lengths[2] != self->old ||
        PyList_GET_SIZE(self->objects) != self->old) {
        edges_wrong();
        goto failed;
    }
    self->new_sizes.length = self->new_begin.length = 0;
    self->new_count.length = self->new_to.length = self->bytes.length = 0;
    return 0;
failed:
    give_up(self);
    return -1;
}

static int append(PyObject *array, const void *data, Py_ssize_t length) {
    if (length == 0)
        return 0;
    PyObject *bytes = PyMemoryView_FromMemory((char *)data, length, PyBUF_READ);
    PyObject *done =
        bytes == NULL ? NULL : PyObject_CallMethod(array, "frombytes", "O", bytes);
    Py_XDECREF(bytes);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* What is new in one call, if it was very much, is not kept for the next. */
enum { MANY = 1 << 16 };

static int append_longs(PyObject *array, Longs *longs) {
    int failed = append(array, longs->at, longs->length * 8) < 0;
    if (longs->room > MANY)
        longs_free(longs);
    return failed;
}

static int append_ints(PyObject *array, Ints *ints) {
    int failed = append(array, ints->at, ints->length * 4) < 0;
    if (ints->room > MANY)
        ints_free(ints);
    return failed;
}

static int nodes_close(Nodes *self) {
    give_up(self);
    /* an exception of the call goes before one of ours */
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    children_done(&self->children);
    int failed = append_longs(self->sizes, &self->new_sizes) ||
                 append_longs(self->begin, &self->new_begin) ||
                 append_ints(self->count, &self->new_count) ||
                 append_ints(self->to, &self->new_to);
    if (type != NULL) {
        PyErr_Clear();
        PyErr_Restore(type, value, trace);
        return -1;
    }
    return failed ? -1 : 0;
}

static int64_t *size_at(Nodes *self, int32_t node) {
    return node < self->old ? (int64_t *)self->size_buffer.buf + node
                            : self->new_sizes.at + (node - self->old);
}

static void put_edges(Nodes *self, int32_t node, int64_t begin) {
    int32_t count = (int32_t)(self->old_to + self->new_to.length - begin);
    if (node < self->old) {
        ((int64_t *)self->begin_buffer.buf)[node] = begin;
        ((int32_t *)self->count_buffer.buf)[node] = count;
    } else {
        self->new_begin.at[node - self->old] = begin;
        self->new_count.at[node - self->old] = count;
    }
}

/* ---- nodes ------------------------------------------------------------------- */

static int32_t fresh_node(Nodes *self, PyObject *obj, PyObject *name, PyObject *module) {
    Py_ssize_t node = PyList_GET_SIZE(self->objects);
    if (node >= INT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "too many objects for a picture");
        return -1;
    }
    if (longs_push(&self->new_sizes, 0) < 0 || longs_push(&self->new_begin, 0) < 0 ||
        ints_push(&self->new_count, 0) < 0 || PyList_Append(self->kinds, name) < 0 ||
        PyList_Append(self->modules, module) < 0 || PyList_Append(self->objects, obj) < 0)
        return -1;
    return (int32_t)node;
}

static PyObject *nothing;

/* Are there as many nodes as may be looked at?  What waits would take memory, and never come. */
static int is_full(const Nodes *self) { return PyList_GET_SIZE(self->objects) > self->budget; }

static int is_last(const Ints *ints, int32_t node) {
    return ints->length > 0 && ints->at[ints->length - 1] == node;
}

/* Has an object more in it than may still be looked at? */
static int is_too_long(const Nodes *self, Py_ssize_t length) {
    int64_t others = self->visited + 1 + queue_length(&self->near) + queue_length(&self->wide);
    return length > WIDE && length + others > self->budget;
}

/* The node of an object, made where there is none; *is_new tells. */
static int32_t node_for(Nodes *self, PyObject *obj, int *is_new) {
    int32_t next = (int32_t)PyList_GET_SIZE(self->objects);
    int32_t *known = table_put(&self->index, (uintptr_t)obj, next);
    if (known == NULL)
        return -1;
    *is_new = *known == next;
    return *is_new ? fresh_node(self, obj, nothing, nothing) : *known;
}

/* ---- what an object refers to ---------------------------------------------------- */

static int is_common(PyObject *atom, Py_ssize_t count) {
    if (count <= COMMON)
        return 0;
    int64_t size = atom_size(atom);
    return size < 0 ? -1 : size * 100 <= (int64_t)count * POINTER;
}

/* How often each child is there, added to its count; for few of them. */
static void count_few(Children *children) {
    Py_ssize_t times[FEW];
    for (Py_ssize_t i = 0; i < children->length; i++) {
        times[i] = 0;
        for (Py_ssize_t j = 0; j < children->length; j++)
            times[i] += children->at[i].obj == children->at[j].obj;
    }
    for (Py_ssize_t i = 0; i < children->length; i++)
        children->at[i].count += times[i];
}

static int32_t atom_of(const Nodes *self, PyObject *obj) {
    return table_get(&self->atom_of, (uintptr_t)Py_TYPE(obj));
}

/* May a child be common, with so many references?  Each time that it is there is one of them. */
static int may_be_common(const Nodes *self, const Child *child, Py_ssize_t refs) {
    return refs * 2 >= COMMON && atom_of(self, child->obj) >= 0;
}

/* The same for many, where it matters: of others only that they are there. */
static int count_many(Nodes *self, Py_ssize_t other) {
    Children *children = &self->children;
    Table *times = &self->times;
    /* one long container must not make every other one clear as much */
    if (times->keys != NULL && (size_t)children->length * 64 < times->mask)
        table_free(times);
    else if (times->keys != NULL)
        memset(times->keys, 0, (times->mask + 1) * sizeof *times->keys);
    times->used = 0;
    for (Py_ssize_t i = 0; i < children->length; i++) {
        const Child *child = &children->at[i];
        if (!may_be_common(self, child, child->count - other))
            continue;
        int32_t *number = table_put(times, (uintptr_t)child->obj, 0);
        if (number == NULL)
            return -1;
        ++*number;
    }
    for (Py_ssize_t i = 0; i < children->length; i++) {
        int32_t number = table_get(times, (uintptr_t)children->at[i].obj);
        children->at[i].count += Py_MAX(number, 1);
    }
    return 0;
}

/* Bring the counts to what they are when a list holds the children: once more for each time. */
static int count_times(Nodes *self) {
    Children *children = &self->children;
    Py_ssize_t other = self->single - 2;
    int often = 0;
    for (Py_ssize_t i = 0; i < children->length && !often; i++)
        often = may_be_common(self, &children->at[i], children->at[i].count);
    for (Py_ssize_t i = 0; i < children->length; i++)
        children->at[i].count += other + !often;
    if (!often)
        return 0; /* none is common, whatever the times: only "one or more" matters */
    if (children->length > FEW)
        return count_many(self, other);
    count_few(children);
    return 0;
}

/* Add what an object refers to; an atom that only it holds counts as part of it. */
static int follow_children(Nodes *self, int32_t node) {
    Children *children = &self->children;
    Queue *later = children->length <= WIDE ? &self->near : &self->wide;
    for (Py_ssize_t i = 0; i < children->length; i++) {
        PyObject *child = children->at[i].obj;
        Py_ssize_t count = children->at[i].count;
        int32_t kind = atom_of(self, child);
        int is_new;
        if (kind >= 0) {
            int common = is_common(child, count);
            if (common < 0)
                return -1;
            if (common)
                continue;
            if (count <= self->single) {
                int64_t size = atom_size(child);
                if (size < 0)
                    return -1;
                *size_at(self, node) += block(size);
                self->visited++;
                continue;
            }
        }
        if (is_full(self) && table_get(&self->index, (uintptr_t)child) < 0) {
            if (!is_last(&self->cut, node) && ints_push(&self->cut, node) < 0)
                return -1;
            continue;
        }
        int32_t at = node_for(self, child, &is_new);
        if (at < 0 || ints_push(&self->new_to, at) < 0)
            return -1;
        if (!is_new)
            continue;
        if (kind < 0) {
            if (ints_push(&later->nodes, at) < 0)
                return -1;
            continue;
        }
        int64_t size = atom_size(child);
        PyObject *told = PyList_GET_ITEM(self->atoms, kind);
        PyObject *name = PyTuple_GET_ITEM(told, 1), *module = PyTuple_GET_ITEM(told, 2);
        if (size < 0 || PyList_SetItem(self->kinds, at, Py_NewRef(name)) < 0 ||
            PyList_SetItem(self->modules, at, Py_NewRef(module)) < 0)
            return -1;
        *size_at(self, at) = block(size);
        self->visited++;
        if (PyBytes_CheckExact(child) && ints_push(&self->bytes, at) < 0)
            return -1;
    }
    return 0;
}

/* ---- plain objects ------------------------------------------------------------------ */

/* What a dictionary refers to; a key that only it holds counts as part of it. */
static int look_at_dict(Nodes *self, const Plan *plan, int32_t node, PyObject *obj, int64_t size) {
    Py_ssize_t keys = PyDict_GET_SIZE(obj), values = self->children.length, at = 0;
    PyObject *key, *value;
    if (keys == 0 || values != keys)
        return 0;
    self->visited += keys / 8;
    Py_ssize_t least = PY_SSIZE_T_MAX;
    while (PyDict_Next(obj, &at, &key, &value))
        least = Py_MIN(least, Py_REFCNT(key) + self->single - 1);
    int common = least > COMMON;
    for (at = 0; common && PyDict_Next(obj, &at, &key, &value);) {
        int64_t bytes = PyUnicode_CheckExact(key) ? atom_size(key) : INT32_MAX;
        if (bytes < 0)
            return -1;
        common = bytes * 100 <= (int64_t)least * POINTER;
    }
    int shared = keys_shared(&self->keys, obj, size, !common);
    if (shared < 0)
        return -1;
    if (shared)
        *size_at(self, node) = plan_shared(plan, size);
    if (shared || common)
        return 0;
    for (at = 0; PyDict_Next(obj, &at, &key, &value);) {
        Py_ssize_t count = Py_REFCNT(key) + self->single - 1;
        if (count > self->single) {
            int often = is_common(key, count);
            if (often < 0 || (!often && children_add(key, &self->children) < 0))
                return -1;
            continue;
        }
        int64_t bytes = atom_size(key);
        if (bytes < 0)
            return -1;
        *size_at(self, node) += block(bytes);
    }
    return 0;
}

static int expand(Nodes *self, int32_t node) {
    PyObject *obj = PyList_GET_ITEM(self->objects, node);
    const Plan *plan = plans_find(&self->plans, obj);
    Children *children = &self->children;
    if (plan == NULL || table_get(&self->stops, (uintptr_t)obj) >= 0)
        return PYTHON;
    Py_ssize_t length = plan->length ? plan_length(obj) : 0;
    if (is_too_long(self, length))
        return PYTHON;
    /* asked first: from the traversal on nothing may run that lets others run */
    int64_t bare = plan_bare(plan, obj), size;
    if (children_take(children, obj) < 0)
        return FAILED;
    if (is_too_long(self, children->length + (plan->mode == DICT ? length : 0)))
        return PYTHON;
    /* its values are kept in an instance, which lists them */
    if ((plan->mode == DICT && length > 0 && children->length == 0) ||
        plan_size(plan, obj, bare, children, &size) == PYTHON)
        return PYTHON;
    self->visited++;
    if (PyList_SetItem(self->kinds, node, Py_NewRef(plan->name)) < 0 ||
        PyList_SetItem(self->modules, node, Py_NewRef(plan->module)) < 0)
        return FAILED;
    *size_at(self, node) = size;
    if (plan->mode == DICT && look_at_dict(self, plan, node, obj, bare) < 0)
        return FAILED;
    int64_t begin = self->old_to + self->new_to.length;
    if (count_times(self) < 0 || follow_children(self, node) < 0)
        return FAILED;
    put_edges(self, node, begin);
    return DONE;
}

/* ---- the type -------------------------------------------------------------------------- */

static int addresses(Table *table, PyObject *numbers) {
    PyObject *list = PySequence_List(numbers);
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        uintptr_t key = (uintptr_t)PyLong_AsVoidPtr(PyList_GET_ITEM(list, i));
        if (PyErr_Occurred() || (key != 0 && table_put(table, key, 0) == NULL))
            Py_CLEAR(list);
    }
    Py_XDECREF(list);
    return list == NULL ? -1 : 0;
}

static int know_atoms(Nodes *self) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(self->atoms); i++) {
        PyObject *type, *name, *module, *told = PyList_GET_ITEM(self->atoms, i);
        if (!PyTuple_CheckExact(told)) {
            PyErr_SetString(PyExc_TypeError, "an atom is a class, its name and its module");
            return -1;
        }
        if (!PyArg_ParseTuple(told, "O!UU", &PyType_Type, &type, &name, &module) ||
            table_put(&self->atom_of, (uintptr_t)type, (int32_t)i) == NULL)
            return -1;
    }
    return 0;
}

static PyObject *nodes_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
    PyObject *objects, *kinds, *modules, *sizes, *edges, *stops, *atoms, *alone;
    Py_ssize_t most, single;
    long long budget;
    if (!PyArg_ParseTuple(args, "O!O!O!OO!OO!O!nnL", &PyList_Type, &objects, &PyList_Type, &kinds,
                          &PyList_Type, &modules, &sizes, &PyTuple_Type, &edges, &stops,
                          &PyList_Type, &atoms, &PyFrozenSet_Type, &alone, &most, &single,
                          &budget))
        return NULL;
    if (PyTuple_GET_SIZE(edges) != 3) {
        edges_wrong();
        return NULL;
    }
    Nodes *self = (Nodes *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->objects = Py_NewRef(objects);
    self->kinds = Py_NewRef(kinds);
    self->modules = Py_NewRef(modules);
    self->sizes = Py_NewRef(sizes);
    self->begin = Py_NewRef(PyTuple_GET_ITEM(edges, 0));
    self->count = Py_NewRef(PyTuple_GET_ITEM(edges, 1));
    self->to = Py_NewRef(PyTuple_GET_ITEM(edges, 2));
    self->atoms = Py_NewRef(atoms);
    self->keys = (Keys){Py_NewRef(alone), most};
    self->single = single;
    self->budget = budget;
    if (addresses(&self->stops, stops) < 0 || know_atoms(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void nodes_dealloc(Nodes *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject **held[] = {&self->objects, &self->kinds, &self->modules, &self->sizes, &self->begin,
                         &self->count,   &self->to,    &self->atoms,   &self->keys.alone};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        Py_CLEAR(*held[i]);
    plans_free(&self->plans);
    children_free(&self->children);
    longs_free(&self->new_sizes);
    longs_free(&self->new_begin);
    Ints *ints[] = {&self->near.nodes, &self->wide.nodes, &self->new_count, &self->new_to,
                    &self->bytes,      &self->cut};
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        ints_free(ints[i]);
    Table *tables[] = {&self->index, &self->stops, &self->times, &self->atom_of};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        table_free(tables[i]);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- methods ------------------------------------------------------------------------------ */

static PyObject *nodes_add(Nodes *self, PyObject *obj) {
    int is_new;
    if (nodes_open(self) < 0)
        return NULL;
    int32_t node = node_for(self, obj, &is_new);
    return nodes_close(self) < 0 ? NULL : PyLong_FromLong(node);
}

static PyObject *nodes_start(Nodes *self, PyObject *obj) {
    int is_new;
    if (nodes_open(self) < 0)
        return NULL;
    int32_t node = node_for(self, obj, &is_new);
    if (node >= 0 && is_new)
        ints_push(&self->near.nodes, node);
    return nodes_close(self) < 0 ? NULL : PyLong_FromLong(node);
}

static PyObject *nodes_native(Nodes *self, PyObject *Py_UNUSED(ignored)) {
    if (nodes_open(self) < 0)
        return NULL;
    int32_t node = fresh_node(self, Py_None, nothing, nothing);
    return nodes_close(self) < 0 ? NULL : PyLong_FromLong(node);
}

static PyObject *nodes_learn(Nodes *self, PyObject *args) {
    return plans_learn(&self->plans, args);
}

static PyObject *nodes_follow(Nodes *self, PyObject *args) {
    int node;
    PyObject *children, *out, *found = NULL;
    if (!PyArg_ParseTuple(args, "iO!O!", &node, &PyList_Type, &children, &PyList_Type, &out))
        return NULL;
    if (nodes_open(self) < 0)
        return NULL;
    Py_ssize_t begin = self->new_to.length;
    self->children.length = 0;
    if (node < 0 || node >= self->old) {
        edges_wrong();
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(children); i++) {
        if (children_add(PyList_GET_ITEM(children, i), &self->children) < 0)
            goto done;
        self->children.at[i].count += self->single - 2;
    }
    if (follow_children(self, node) < 0)
        goto done;
    for (Py_ssize_t i = begin; i < self->new_to.length; i++) {
        PyObject *number = PyLong_FromLong(self->new_to.at[i]);
        int failed = number == NULL || PyList_Append(out, number) < 0;
        Py_XDECREF(number);
        if (failed)
            goto done;
    }
    /* the caller puts them */
    self->new_to.length = begin;
    found = ints_list(&self->bytes);
done:
    if (nodes_close(self) < 0)
        Py_CLEAR(found);
    return found;
}

static PyObject *nodes_next(Nodes *self, PyObject *args) {
    long long limit;
    if (!PyArg_ParseTuple(args, "L", &limit))
        return NULL;
    if (nodes_open(self) < 0)
        return NULL;
    int32_t node = -1;
    int what = DONE;
    while (what == DONE && self->visited < limit &&
           queue_length(&self->near) + queue_length(&self->wide) > 0) {
        Queue *queue = queue_length(&self->near) ? &self->near : &self->wide;
        node = queue_pop(queue);
        what = expand(self, node);
    }
    PyObject *bytes = what == FAILED ? NULL : ints_list(&self->bytes);
    if (nodes_close(self) < 0)
        Py_CLEAR(bytes);
    if (bytes == NULL)
        return NULL;
    return what == PYTHON ? Py_BuildValue("iN", (int)node, bytes)
                          : Py_BuildValue("ON", Py_None, bytes);
}

static PyObject *nodes_waiting(Nodes *self, PyObject *Py_UNUSED(ignored)) {
    Ints all = {0};
    Queue *queues[] = {&self->near, &self->wide};
    int failed = 0;
    for (Py_ssize_t i = 0; i < self->cut.length && !failed; i++)
        failed = ints_push(&all, self->cut.at[i]) < 0;
    for (int q = 0; q < 2 && !failed; q++)
        for (Py_ssize_t i = queues[q]->head; i < queues[q]->nodes.length && !failed; i++)
            failed = ints_push(&all, queues[q]->nodes.at[i]) < 0;
    PyObject *found = failed ? NULL : ints_list(&all);
    ints_free(&all);
    return found;
}

static PyObject *nodes_forget(Nodes *self, PyObject *Py_UNUSED(ignored)) {
    table_free(&self->index);
    if (PyList_SetSlice(self->objects, 0, PyList_GET_SIZE(self->objects), NULL) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static int nodes_contains(Nodes *self, PyObject *key) {
    uintptr_t address = (uintptr_t)PyLong_AsVoidPtr(key);
    if (PyErr_Occurred())
        return -1;
    return table_get(&self->index, address) >= 0;
}

static PyObject *nodes_getitem(Nodes *self, PyObject *key) {
    uintptr_t address = (uintptr_t)PyLong_AsVoidPtr(key);
    if (PyErr_Occurred())
        return NULL;
    int32_t node = table_get(&self->index, address);
    if (node < 0) {
        PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return PyLong_FromLong(node);
}

static PyObject *nodes_get_visited(Nodes *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLongLong(self->visited);
}

static int nodes_set_visited(Nodes *self, PyObject *value, void *Py_UNUSED(closure)) {
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "visited");
        return -1;
    }
    long long number = PyLong_AsLongLong(value);
    if (number == -1 && PyErr_Occurred())
        return -1;
    self->visited = number;
    return 0;
}

static Py_ssize_t nodes_length(Nodes *self) {
    return queue_length(&self->near) + queue_length(&self->wide);
}

static PyMethodDef nodes_methods[] = {
    {"add", (PyCFunction)nodes_add, METH_O, "add(obj)"},
    {"start", (PyCFunction)nodes_start, METH_O, "start(obj)"},
    {"native", (PyCFunction)nodes_native, METH_NOARGS, "native()"},
    {"learn", (PyCFunction)nodes_learn, METH_VARARGS,
     "learn(cls, name, module, mode, method, by_type, length, header, basic, array, names, slots)"},
    {"follow", (PyCFunction)nodes_follow, METH_VARARGS, "follow(node, children, out)"},
    {"next", (PyCFunction)nodes_next, METH_VARARGS, "next(limit)"},
    {"waiting", (PyCFunction)nodes_waiting, METH_NOARGS, "waiting()"},
    {"forget", (PyCFunction)nodes_forget, METH_NOARGS, "forget()"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef nodes_properties[] = {
    {"visited", (getter)nodes_get_visited, (setter)nodes_set_visited, "Objects looked at.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot nodes_slots[] = {
    {Py_tp_doc, "The nodes of a picture while it is taken."},
    {Py_tp_new, nodes_new},
    {Py_tp_dealloc, nodes_dealloc},
    {Py_tp_methods, nodes_methods},
    {Py_tp_getset, nodes_properties},
    {Py_sq_length, nodes_length},
    {Py_sq_contains, nodes_contains},
    {Py_mp_subscript, nodes_getitem},
    {0, NULL},
};

static PyType_Spec nodes_spec = {
    .name = "leakhunter._native.Nodes",
    .basicsize = sizeof(Nodes),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = nodes_slots,
};

static PyObject *size_of_atom(PyObject *Py_UNUSED(module), PyObject *atom) {
    int64_t size = atom_size(atom);
    return size < 0 ? NULL : PyLong_FromLongLong(size);
}

static PyMethodDef nodes_functions[] = {
    {"atom_size", size_of_atom, METH_O, "atom_size(atom)"},
    {NULL, NULL, 0, NULL},
};

int nodes_ready(PyObject *module) {
    if (nothing == NULL && (nothing = PyUnicode_FromString("")) == NULL)
        return -1;
    PyObject *type = PyType_FromSpec(&nodes_spec);
    int failed = type == NULL || PyModule_AddObjectRef(module, "Nodes", type) < 0 ||
                 PyModule_AddFunctions(module, nodes_functions) < 0;
    Py_XDECREF(type);
    return failed ? -1 : 0;
}
