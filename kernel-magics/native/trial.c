/* Trial deletion: what clearing would free.  The twin is in heap/twin.py.
 *
 * It costs what the part of the picture costs that the slots reach: marks are
 * touched there only, and what is known of the whole is looked up.
 */
#include "bulk.h"

/* Marks of a node; the first is what `edges_reach` sets. */
enum { SEEN = 1, ALIVE = 2, HAS_CUTS = 4, EMPTIED = 8 };

typedef struct {
    int32_t source, target;
} Cut;

typedef struct {
    Edges edges;
    Py_buffer refs;
    Cut *cuts;
    Py_ssize_t many;
    Ints reached, outside, emptied;
    Bulk all_marks, all_inside;
    char *marks;
    int64_t *inside; /* references that the set or clearing accounts for */
    PyObject *forgiven, *unseen;
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
        if (t->marks[node] & EMPTIED)
            continue;
        if (edges_of(&t->edges, node, &child, &end) < 0)
            return -1;
        for (; child < end; child++)
            t->inside[*child]++;
    }
    for (Py_ssize_t i = 0; i < t->many; i++)
        if (t->marks[t->cuts[i].source] & SEEN)
            t->inside[t->cuts[i].target]--;
    return 0;
}

static int trial_alive(Trial *t) {
    Ints todo = {0};
    int failed = -1;
    for (Py_ssize_t i = 0; i < t->outside.length; i++) {
        t->marks[t->outside.at[i]] |= ALIVE;
        if (ints_push(&todo, t->outside.at[i]) < 0)
            goto done;
    }
    for (Py_ssize_t i = 0; i < todo.length; i++) {
        int32_t node = todo.at[i];
        const int32_t *first, *end;
        if (t->marks[node] & EMPTIED)
            continue;
        if (edges_of(&t->edges, node, &first, &end) < 0)
            goto done;
        for (const int32_t *child = first; child < end; child++) {
            if ((t->marks[*child] & ALIVE) ||
                ((t->marks[node] & HAS_CUTS) && trial_is_cut(t, node, *child, first, end)))
                continue;
            t->marks[*child] |= ALIVE;
            if (ints_push(&todo, *child) < 0)
                goto done;
        }
    }
    failed = 0;
done:
    ints_free(&todo);
    return failed;
}

/* Take off the references that do not count. */
static int trial_forgive(const Trial *t, PyObject *key, int64_t *rest) {
    PyObject *value = PyDict_GetItemWithError(t->forgiven, key);
    int64_t number = value == NULL ? 0 : PyLong_AsLongLong(value);
    if (PyErr_Occurred())
        return -1;
    *rest = Py_MAX(*rest - number, 0);
    return 0;
}

/* Are all references of the set known?  The fewer are looked up; -1 with an exception. */
static int trial_known(const Trial *t) {
    int found = 0;
    if (PySet_GET_SIZE(t->unseen) > t->reached.length) {
        for (Py_ssize_t i = 0; found == 0 && i < t->reached.length; i++) {
            PyObject *node = PyLong_FromLong(t->reached.at[i]);
            found = node == NULL ? -1 : PySet_Contains(t->unseen, node);
            Py_XDECREF(node);
        }
        return found < 0 ? -1 : !found;
    }
    PyObject *nodes = PyObject_GetIter(t->unseen), *number;
    while (nodes != NULL && found == 0 && (number = PyIter_Next(nodes)) != NULL) {
        int32_t node;
        found = edges_node(&t->edges, number, &node) < 0 ? -1 : t->marks[node] & SEEN;
        Py_DECREF(number);
    }
    Py_XDECREF(nodes);
    return PyErr_Occurred() ? -1 : !found;
}

/* What is held from outside, and how often; `odd` takes what has a reference too many. */
static PyObject *trial_outside(Trial *t, PyObject *odd) {
    PyObject *outside = PyDict_New();
    const int64_t *refs = t->refs.buf;
    for (Py_ssize_t i = 0; outside != NULL && i < t->reached.length; i++) {
        int32_t node = t->reached.at[i];
        int64_t rest = refs[node] - t->inside[node];
        if (rest == 0)
            continue;
        PyObject *key = PyLong_FromLong(node), *value = NULL;
        if (key == NULL || (rest > 0 && trial_forgive(t, key, &rest) < 0))
            Py_CLEAR(outside);
        else if (rest != 0 &&
                 ((value = PyLong_FromLongLong(rest < 0 ? -rest : rest)) == NULL ||
                  ints_push(&t->outside, node) < 0 || PyDict_SetItem(outside, key, value) < 0 ||
                  (rest < 0 && PySet_Add(odd, key) < 0)))
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
    int known = outside == NULL ? -1 : trial_known(t);
    if (known < 0 || trial_alive(t) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < t->reached.length; i++) {
        int32_t node = t->reached.at[i];
        if ((!(t->marks[node] & ALIVE) || (t->marks[node] & EMPTIED)) &&
            ints_push(&gone, node) < 0)
            goto done;
    }
    freed = ints_bytes(&gone);
    if (freed != NULL)
        found = Py_BuildValue("OOOO", outside, odd, freed, known ? Py_True : Py_False);
done:
    ints_free(&gone);
    Py_XDECREF(odd);
    Py_XDECREF(outside);
    Py_XDECREF(freed);
    return found;
}

/* Begin with the nodes that clearing takes references from. */
static int trial_open(Trial *t, PyObject *bindings, PyObject *cuts, PyObject *emptied) {
    size_t nodes = (size_t)t->edges.nodes;
    if (!PyDict_CheckExact(t->forgiven) || !PyAnySet_CheckExact(t->unseen)) {
        PyErr_SetString(PyExc_TypeError, "a dictionary and a set of nodes are needed");
        return -1;
    }
    if (t->refs.itemsize != sizeof(int64_t) || t->refs.len / 8 < t->edges.nodes)
        return edges_wrong();
    if (marks_begin(&t->all_marks, nodes) < 0 ||
        marks_begin(&t->all_inside, nodes * sizeof(int64_t)) < 0)
        return -1;
    t->marks = t->all_marks.at;
    t->inside = (int64_t *)t->all_inside.at;
    return edges_nodes(&t->edges, emptied, &t->emptied) < 0 || trial_cuts(t, cuts) < 0 ||
                   edges_numbers(&t->edges, bindings, t->inside, &t->reached) < 0 ||
                   edges_reach(&t->edges, &t->reached, t->marks) < 0
               ? -1
               : 0;
}

static PyObject *subtract(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *refs, *bindings, *cuts, *emptied, *found = NULL;
    Trial t = {0};
    if (!PyArg_ParseTuple(args, "OOOOOOO", &arrays, &refs, &bindings, &cuts, &emptied, &t.forgiven,
                          &t.unseen) ||
        edges_open(&t.edges, arrays) < 0)
        return NULL;
    if (PyObject_GetBuffer(refs, &t.refs, PyBUF_ND) < 0 ||
        trial_open(&t, bindings, cuts, emptied) < 0)
        goto done;
    for (Py_ssize_t i = 0; i < t.many; i++)
        t.marks[t.cuts[i].source] |= HAS_CUTS;
    for (Py_ssize_t i = 0; i < t.emptied.length; i++)
        t.marks[t.emptied.at[i]] |= EMPTIED;
    if (trial_inside(&t) == 0)
        found = trial_result(&t);
done:
    marks_free(&t.all_marks);
    marks_free(&t.all_inside);
    PyMem_RawFree(t.cuts);
    ints_free(&t.reached);
    ints_free(&t.outside);
    ints_free(&t.emptied);
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
