/* Trial deletion: what clearing would free.  The twin is in heap/twin.py. */
#include "native.h"

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

PyMethodDef trial_methods[] = {
    {"subtract", subtract, METH_VARARGS,
     "subtract(edges, refs, bindings, cuts, emptied, forgiven, unseen)"},
    {NULL, NULL, 0, NULL},
};
