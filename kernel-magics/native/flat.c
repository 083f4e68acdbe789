/* Questions to a picture: flat arrays in, numbers out.  The twin is heap/twin.py. */
#include "native.h"

static PyObject *reach(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *starts, *found = NULL;
    if (!PyArg_ParseTuple(args, "OO", &arrays, &starts))
        return NULL;
    Edges edges;
    Ints todo = {0};
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    char *seen = PyMem_RawCalloc((size_t)edges.nodes + 1, 1);
    if (seen == NULL)
        PyErr_NoMemory();
    else if (edges_nodes(&edges, starts, &todo) == 0 && edges_reach(&edges, &todo, seen) == 0)
        found = ints_list(&todo);
    PyMem_RawFree(seen);
    ints_free(&todo);
    edges_close(&edges);
    return found;
}

static PyObject *turned(PyObject *Py_UNUSED(module), PyObject *arrays) {
    Edges edges;
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    Py_ssize_t nodes = edges.nodes, length = edges.length;
    PyObject *begins = PyBytes_FromStringAndSize(NULL, (nodes + 1) * (Py_ssize_t)sizeof(int64_t));
    PyObject *counts = PyBytes_FromStringAndSize(NULL, nodes * (Py_ssize_t)sizeof(int32_t));
    PyObject *sources = PyBytes_FromStringAndSize(NULL, length * (Py_ssize_t)sizeof(int32_t));
    int32_t *source = PyMem_RawMalloc(((size_t)length + 1) * sizeof *source);
    PyObject *found = NULL;
    if (begins == NULL || counts == NULL || sources == NULL || source == NULL) {
        if (!PyErr_Occurred())
            PyErr_NoMemory();
        goto done;
    }
    int64_t *begin = (int64_t *)PyBytes_AS_STRING(begins);
    int32_t *count = (int32_t *)PyBytes_AS_STRING(counts);
    int32_t *out = (int32_t *)PyBytes_AS_STRING(sources);
    memset(begin, 0, ((size_t)nodes + 1) * sizeof *begin);
    for (Py_ssize_t e = 0; e < length; e++)
        source[e] = -1;
    for (int32_t node = 0; node < nodes; node++) {
        const int32_t *child, *end;
        if (edges_of(&edges, node, &child, &end) < 0)
            goto done;
        for (; child < end; child++)
            source[child - edges.to] = node;
    }
    for (Py_ssize_t e = 0; e < length; e++) {
        if (source[e] < 0 || !edges_has(&edges, edges.to[e])) {
            edges_wrong();
            goto done;
        }
        begin[edges.to[e] + 1]++;
    }
    for (Py_ssize_t node = 0; node < nodes; node++) {
        count[node] = 0;
        begin[node + 1] += begin[node];
    }
    for (Py_ssize_t e = 0; e < length; e++) {
        int32_t target = edges.to[e];
        out[begin[target] + count[target]++] = source[e];
    }
    if (_PyBytes_Resize(&begins, nodes * (Py_ssize_t)sizeof(int64_t)) == 0)
        found = PyTuple_Pack(3, begins, counts, sources);
done:
    PyMem_RawFree(source);
    Py_XDECREF(begins);
    Py_XDECREF(counts);
    Py_XDECREF(sources);
    edges_close(&edges);
    return found;
}

/* ---- trial deletion ------------------------------------------------------ */

typedef struct {
    int32_t source, target;
} Cut;

typedef struct {
    Edges edges;
    Py_buffer refs;
    Cut *cuts;
    Py_ssize_t many;
    Ints reached, starts, outside, emptied, unseen;
    char *seen, *alive, *special; /* special: 1 has cuts, 2 is emptied */
    int64_t *inside, *bound, *forgiven;
} Trial;

static int trial_cuts(Trial *t, PyObject *list) {
    if (!PyList_CheckExact(list)) {
        PyErr_SetString(PyExc_TypeError, "a list of cuts is needed");
        return -1;
    }
    t->many = PyList_GET_SIZE(list);
    t->cuts = PyMem_RawMalloc(((size_t)t->many + 1) * sizeof *t->cuts);
    if (t->cuts == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < t->many; i++) {
        int source, target;
        if (!PyTuple_CheckExact(PyList_GET_ITEM(list, i)))
            return edges_wrong();
        if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "ii", &source, &target))
            return -1;
        if (!edges_has(&t->edges, source) || !edges_has(&t->edges, target))
            return edges_wrong();
        t->cuts[i] = (Cut){source, target};
        t->special[source] |= 1;
    }
    return 0;
}

/* Is this the only reference of a node to a child, and cut? */
static int trial_is_cut(const Trial *t, int32_t node, int32_t child, const int32_t *first,
                        const int32_t *end) {
    for (Py_ssize_t i = 0; i < t->many; i++)
        if (t->cuts[i].source == node && t->cuts[i].target == child) {
            int times = 0;
            for (; first < end; first++)
                times += *first == child;
            return times == 1;
        }
    return 0;
}

static int trial_inside(Trial *t) {
    for (Py_ssize_t i = 0; i < t->reached.length; i++) {
        int32_t node = t->reached.at[i];
        const int32_t *child, *end;
        if (t->special[node] & 2)
            continue;
        if (edges_of(&t->edges, node, &child, &end) < 0)
            return -1;
        for (; child < end; child++)
            t->inside[*child]++;
    }
    for (Py_ssize_t i = 0; i < t->many; i++)
        if (t->seen[t->cuts[i].source])
            t->inside[t->cuts[i].target]--;
    return 0;
}

static int trial_alive(Trial *t) {
    Ints todo = {0};
    int failed = -1;
    for (Py_ssize_t i = 0; i < t->outside.length; i++) {
        t->alive[t->outside.at[i]] = 1;
        if (ints_push(&todo, t->outside.at[i]) < 0)
            goto done;
    }
    for (Py_ssize_t i = 0; i < todo.length; i++) {
        int32_t node = todo.at[i];
        const int32_t *first, *end;
        if (t->special[node] & 2)
            continue;
        if (edges_of(&t->edges, node, &first, &end) < 0)
            goto done;
        for (const int32_t *child = first; child < end; child++) {
            if (t->alive[*child] ||
                ((t->special[node] & 1) && trial_is_cut(t, node, *child, first, end)))
                continue;
            t->alive[*child] = 1;
            if (ints_push(&todo, *child) < 0)
                goto done;
        }
    }
    failed = 0;
done:
    ints_free(&todo);
    return failed;
}

/* What is held from outside, and how often; `odd` takes what has a reference too many. */
static PyObject *trial_outside(Trial *t, PyObject *odd) {
    PyObject *outside = PyDict_New();
    const int64_t *refs = t->refs.buf;
    for (Py_ssize_t i = 0; outside != NULL && i < t->reached.length; i++) {
        int32_t node = t->reached.at[i];
        int64_t rest = refs[node] - t->inside[node] - t->bound[node];
        if (rest > 0 && t->forgiven[node])
            rest = Py_MAX(rest - t->forgiven[node], 0);
        if (rest == 0)
            continue;
        PyObject *key = PyLong_FromLong(node);
        PyObject *value = PyLong_FromLongLong(rest < 0 ? -rest : rest);
        if (key == NULL || value == NULL || ints_push(&t->outside, node) < 0 ||
            PyDict_SetItem(outside, key, value) < 0 || (rest < 0 && PySet_Add(odd, key) < 0))
            Py_CLEAR(outside);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return outside;
}

static PyObject *trial_result(Trial *t) {
    PyObject *odd = PySet_New(NULL), *freed = NULL, *found = NULL;
    PyObject *outside = odd == NULL ? NULL : trial_outside(t, odd);
    Ints gone = {0};
    if (outside == NULL || trial_alive(t) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < t->reached.length; i++) {
        int32_t node = t->reached.at[i];
        if ((!t->alive[node] || (t->special[node] & 2)) && ints_push(&gone, node) < 0)
            goto done;
    }
    int all = 1;
    for (Py_ssize_t i = 0; i < t->unseen.length; i++)
        all = all && !t->seen[t->unseen.at[i]];
    freed = ints_set(&gone);
    if (freed != NULL)
        found = Py_BuildValue("OOOO", outside, odd, freed, all ? Py_True : Py_False);
done:
    ints_free(&gone);
    Py_XDECREF(odd);
    Py_XDECREF(outside);
    Py_XDECREF(freed);
    return found;
}

static PyObject *subtract(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *refs, *bindings, *cuts, *emptied, *forgiven, *unseen, *found = NULL;
    if (!PyArg_ParseTuple(args, "OOOOOOO", &arrays, &refs, &bindings, &cuts, &emptied, &forgiven,
                          &unseen))
        return NULL;
    Trial t = {0};
    if (edges_open(&t.edges, arrays) < 0)
        return NULL;
    size_t nodes = (size_t)t.edges.nodes + 1;
    t.seen = PyMem_RawCalloc(nodes, 1);
    t.alive = PyMem_RawCalloc(nodes, 1);
    t.special = PyMem_RawCalloc(nodes, 1);
    t.inside = PyMem_RawCalloc(nodes, sizeof(int64_t));
    t.bound = PyMem_RawCalloc(nodes, sizeof(int64_t));
    t.forgiven = PyMem_RawCalloc(nodes, sizeof(int64_t));
    if (!t.seen || !t.alive || !t.special || !t.inside || !t.bound || !t.forgiven) {
        PyErr_NoMemory();
        goto done;
    }
    if (PyObject_GetBuffer(refs, &t.refs, PyBUF_ND) < 0)
        goto done;
    if (t.refs.itemsize != sizeof(int64_t) || t.refs.len / 8 < t.edges.nodes) {
        edges_wrong();
        goto done;
    }
    if (edges_nodes(&t.edges, emptied, &t.emptied) < 0 ||
        edges_nodes(&t.edges, unseen, &t.unseen) < 0 || trial_cuts(&t, cuts) < 0 ||
        edges_numbers(&t.edges, bindings, t.bound, &t.starts) < 0 ||
        edges_numbers(&t.edges, forgiven, t.forgiven, NULL) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < t.emptied.length; i++)
        t.special[t.emptied.at[i]] |= 2;
    for (Py_ssize_t i = 0; i < t.starts.length; i++)
        if (ints_push(&t.reached, t.starts.at[i]) < 0)
            goto done;
    if (edges_reach(&t.edges, &t.reached, t.seen) == 0 && trial_inside(&t) == 0)
        found = trial_result(&t);
done:
    PyMem_RawFree(t.seen);
    PyMem_RawFree(t.alive);
    PyMem_RawFree(t.special);
    PyMem_RawFree(t.inside);
    PyMem_RawFree(t.bound);
    PyMem_RawFree(t.forgiven);
    PyMem_RawFree(t.cuts);
    ints_free(&t.reached);
    ints_free(&t.starts);
    ints_free(&t.outside);
    ints_free(&t.emptied);
    ints_free(&t.unseen);
    if (t.refs.obj != NULL)
        PyBuffer_Release(&t.refs);
    edges_close(&t.edges);
    return found;
}

/* ---- ways ----------------------------------------------------------------- */

/* A dictionary of nodes to another number each, in this order. */
static PyObject *pairs(const Ints *keys, const int32_t *value) {
    PyObject *found = PyDict_New();
    for (Py_ssize_t i = 0; found != NULL && i < keys->length; i++) {
        PyObject *k = PyLong_FromLong(keys->at[i]);
        PyObject *v = PyLong_FromLong(value[keys->at[i]]);
        if (k == NULL || v == NULL || PyDict_SetItem(found, k, v) < 0)
            Py_CLEAR(found);
        Py_XDECREF(k);
        Py_XDECREF(v);
    }
    return found;
}

enum { NOWHERE = -2, SHARED = -1 };

/* Nodes of a set as one byte each; NULL with an exception. */
static char *within_of(const Edges *edges, PyObject *set) {
    char *within = PyMem_RawCalloc((size_t)edges->nodes + 1, 1);
    PyObject *list = NULL;
    Ints nodes = {0};
    if (within == NULL)
        PyErr_NoMemory();
    else if (!PySet_CheckExact(set))
        PyErr_SetString(PyExc_TypeError, "a set of nodes is needed");
    else
        list = PySequence_List(set);
    if (list != NULL && edges_nodes(edges, list, &nodes) == 0)
        for (Py_ssize_t i = 0; i < nodes.length; i++)
            within[nodes.at[i]] = 1;
    Py_XDECREF(list);
    ints_free(&nodes);
    if (PyErr_Occurred()) {
        PyMem_RawFree(within);
        return NULL;
    }
    return within;
}

static int32_t *filled(Py_ssize_t nodes, int32_t value) {
    int32_t *found = PyMem_RawMalloc(((size_t)nodes + 1) * sizeof *found);
    if (found == NULL)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; found != NULL && i < nodes; i++)
        found[i] = value;
    return found;
}

static PyObject *holders(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *set, *list, *found = NULL;
    if (!PyArg_ParseTuple(args, "OOO", &arrays, &set, &list))
        return NULL;
    Edges edges;
    Ints starts = {0}, todo = {0}, order = {0};
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    char *within = within_of(&edges, set);
    int32_t *holder = filled(edges.nodes, NOWHERE);
    if (within == NULL || holder == NULL || edges_nodes(&edges, list, &starts) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < starts.length; i++) {
        int32_t node = starts.at[i], label = node;
        const int32_t *child = &node, *end = child + 1;
        for (;;) {
            for (; child < end; child++) {
                if (!edges_has(&edges, *child)) {
                    edges_wrong();
                    goto done;
                }
                int32_t known = holder[*child];
                if (!within[*child] || known == label || known == SHARED)
                    continue;
                if (known == NOWHERE && ints_push(&order, *child) < 0)
                    goto done;
                holder[*child] = known == NOWHERE ? label : SHARED;
                if (ints_push(&todo, *child) < 0)
                    goto done;
            }
            if (todo.length == 0)
                break;
            node = todo.at[--todo.length];
            label = holder[node];
            if (edges_of(&edges, node, &child, &end) < 0)
                goto done;
        }
    }
    found = pairs(&order, holder);
done:
    PyMem_RawFree(within);
    PyMem_RawFree(holder);
    ints_free(&starts);
    ints_free(&todo);
    ints_free(&order);
    edges_close(&edges);
    return found;
}

static PyObject *nearest(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *set, *list, *found = NULL;
    if (!PyArg_ParseTuple(args, "OOO", &arrays, &set, &list))
        return NULL;
    Edges edges;
    Ints todo = {0};
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    char *within = set == Py_None ? NULL : within_of(&edges, set);
    int32_t *before = filled(edges.nodes, NOWHERE);
    if ((within == NULL && set != Py_None) || before == NULL ||
        edges_nodes(&edges, list, &todo) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < todo.length; i++)
        before[todo.at[i]] = todo.at[i];
    for (Py_ssize_t i = 0; i < todo.length; i++) {
        const int32_t *child, *end;
        if (edges_of(&edges, todo.at[i], &child, &end) < 0)
            goto done;
        for (; child < end; child++) {
            if (!edges_has(&edges, *child)) {
                edges_wrong();
                goto done;
            }
            if (before[*child] == NOWHERE && (within == NULL || within[*child])) {
                before[*child] = todo.at[i];
                if (ints_push(&todo, *child) < 0)
                    goto done;
            }
        }
    }
    found = pairs(&todo, before);
done:
    PyMem_RawFree(within);
    PyMem_RawFree(before);
    ints_free(&todo);
    edges_close(&edges);
    return found;
}

/* The way back from a goal to the start, turned round. */
static PyObject *path_to(int32_t goal, int32_t start, const int32_t *before) {
    Ints path = {0};
    PyObject *found = NULL;
    for (int32_t node = goal;; node = before[node]) {
        if (ints_push(&path, node) < 0)
            break;
        if (node == start) {
            found = ints_list(&path);
            break;
        }
    }
    ints_free(&path);
    if (found != NULL && PyList_Reverse(found) < 0)
        Py_CLEAR(found);
    return found;
}

static PyObject *paths(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *list, *found = NULL;
    int start;
    if (!PyArg_ParseTuple(args, "OiO", &arrays, &start, &list))
        return NULL;
    Edges edges;
    Ints todo = {0}, goals = {0};
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    char *wanted = PyMem_RawCalloc((size_t)edges.nodes + 1, 1);
    int32_t *before = filled(edges.nodes, NOWHERE);
    if (wanted == NULL || before == NULL || edges_nodes(&edges, list, &goals) < 0)
        goto done;
    if (!edges_has(&edges, start)) {
        edges_wrong();
        goto done;
    }
    Py_ssize_t missing = 0;
    for (Py_ssize_t i = 0; i < goals.length; i++) {
        missing += !wanted[goals.at[i]];
        wanted[goals.at[i]] = 1;
    }
    before[start] = start;
    if (ints_push(&todo, start) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < todo.length; i++) {
        int32_t node = todo.at[i];
        const int32_t *child, *end;
        missing -= wanted[node];
        if (missing == 0)
            break;
        if (edges_of(&edges, node, &child, &end) < 0)
            goto done;
        for (; child < end; child++) {
            if (!edges_has(&edges, *child)) {
                edges_wrong();
                goto done;
            }
            if (before[*child] == NOWHERE) {
                before[*child] = node;
                if (ints_push(&todo, *child) < 0)
                    goto done;
            }
        }
    }
    found = PyDict_New();
    for (Py_ssize_t i = 0; found != NULL && i < goals.length; i++) {
        int32_t goal = goals.at[i];
        if (before[goal] == NOWHERE)
            continue;
        PyObject *key = PyLong_FromLong(goal);
        PyObject *path = key == NULL ? NULL : path_to(goal, start, before);
        if (path == NULL || PyDict_SetItem(found, key, path) < 0)
            Py_CLEAR(found);
        Py_XDECREF(key);
        Py_XDECREF(path);
    }
done:
    PyMem_RawFree(wanted);
    PyMem_RawFree(before);
    ints_free(&todo);
    ints_free(&goals);
    edges_close(&edges);
    return found;
}

/* ---- whole arrays ------------------------------------------------------------ */

static PyObject *tally(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *array;
    Py_ssize_t nodes;
    Py_buffer to = {0};
    if (!PyArg_ParseTuple(args, "On", &array, &nodes))
        return NULL;
    if (PyObject_GetBuffer(array, &to, PyBUF_ND) < 0)
        return NULL;
    PyObject *found = NULL;
    if (to.itemsize != sizeof(int32_t) || nodes < 0)
        edges_wrong();
    else
        found = PyBytes_FromStringAndSize(NULL, nodes * (Py_ssize_t)sizeof(int64_t));
    if (found != NULL) {
        int64_t *times = (int64_t *)PyBytes_AS_STRING(found);
        memset(times, 0, (size_t)nodes * sizeof *times);
        const int32_t *target = to.buf;
        for (Py_ssize_t i = 0; found != NULL && i < to.len / 4; i++) {
            if (target[i] < 0 || target[i] >= nodes) {
                edges_wrong();
                Py_CLEAR(found);
            } else {
                times[target[i]]++;
            }
        }
    }
    PyBuffer_Release(&to);
    return found;
}

static PyObject *above(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *array, *found = NULL;
    long long least;
    Py_buffer sizes = {0};
    Ints nodes = {0};
    if (!PyArg_ParseTuple(args, "OL", &array, &least))
        return NULL;
    if (PyObject_GetBuffer(array, &sizes, PyBUF_ND) < 0)
        return NULL;
    int failed = sizes.itemsize != sizeof(int64_t) || sizes.len / 8 > INT32_MAX;
    if (failed)
        edges_wrong();
    const int64_t *size = sizes.buf;
    for (Py_ssize_t i = 0; !failed && i < sizes.len / 8; i++)
        failed = size[i] >= least && ints_push(&nodes, (int32_t)i) < 0;
    if (!failed)
        found = ints_list(&nodes);
    ints_free(&nodes);
    PyBuffer_Release(&sizes);
    return found;
}

static PyObject *counts(PyObject *Py_UNUSED(module), PyObject *objects) {
    if (!PyList_CheckExact(objects)) {
        PyErr_SetString(PyExc_TypeError, "a list of objects is needed");
        return NULL;
    }
    Py_ssize_t length = PyList_GET_SIZE(objects), size = length * (Py_ssize_t)sizeof(int64_t);
    PyObject *refs = PyBytes_FromStringAndSize(NULL, size);
    PyObject *ids = PyBytes_FromStringAndSize(NULL, size);
    PyObject *found = NULL;
    if (refs != NULL && ids != NULL) {
        int64_t *count = (int64_t *)PyBytes_AS_STRING(refs);
        uint64_t *id = (uint64_t *)PyBytes_AS_STRING(ids);
        for (Py_ssize_t i = 0; i < length; i++) {
            PyObject *obj = PyList_GET_ITEM(objects, i);
            count[i] = (int64_t)Py_REFCNT(obj) - (int64_t)Py_REFCNT(PyList_GET_ITEM(objects, 0));
            id[i] = (uint64_t)(uintptr_t)obj;
        }
        found = PyTuple_Pack(2, refs, ids);
    }
    Py_XDECREF(refs);
    Py_XDECREF(ids);
    return found;
}

PyMethodDef flat_methods[] = {
    {"reach", reach, METH_VARARGS, "reach(edges, starts)"},
    {"turned", turned, METH_O, "turned(edges)"},
    {"subtract", subtract, METH_VARARGS,
     "subtract(edges, refs, bindings, cuts, emptied, forgiven, unseen)"},
    {"holders", holders, METH_VARARGS, "holders(edges, within, starts)"},
    {"nearest", nearest, METH_VARARGS, "nearest(edges, within, starts)"},
    {"tally", tally, METH_VARARGS, "tally(to, nodes)"},
    {"above", above, METH_VARARGS, "above(sizes, least)"},
    {"counts", counts, METH_O, "counts(objects)"},
    {"paths", paths, METH_VARARGS, "paths(edges, start, goals)"},
    {NULL, NULL, 0, NULL},
};
