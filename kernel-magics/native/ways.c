/* Ways through a picture: who leads where, and how.  The twin is in heap/twin.py. */
#include "native.h"

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

/* The way back from a goal to a start, turned round. */
static PyObject *path_to(int32_t goal, const int32_t *before) {
    Ints path = {0};
    PyObject *found = NULL;
    for (int32_t node = goal;; node = before[node]) {
        if (ints_push(&path, node) < 0)
            break;
        if (before[node] == node) {
            found = ints_list(&path);
            break;
        }
    }
    ints_free(&path);
    if (found != NULL && PyList_Reverse(found) < 0)
        Py_CLEAR(found);
    return found;
}

/* Note before each node the one that led to it, until all goals are reached. */
static int look_for(const Edges *edges, Ints *todo, const Ints *goals, char *wanted,
                    int32_t *before) {
    Py_ssize_t missing = 0;
    for (Py_ssize_t i = 0; i < goals->length; i++) {
        missing += !wanted[goals->at[i]];
        wanted[goals->at[i]] = 1;
    }
    for (Py_ssize_t i = 0; i < todo->length; i++)
        before[todo->at[i]] = todo->at[i];
    for (Py_ssize_t i = 0; i < todo->length; i++) {
        int32_t node = todo->at[i];
        const int32_t *child, *end;
        missing -= wanted[node];
        wanted[node] = 0;
        if (missing == 0)
            break;
        if (edges_of(edges, node, &child, &end) < 0)
            return -1;
        for (; child < end; child++) {
            if (!edges_has(edges, *child))
                return edges_wrong();
            if (before[*child] == NOWHERE) {
                before[*child] = node;
                if (ints_push(todo, *child) < 0)
                    return -1;
            }
        }
    }
    return 0;
}

static PyObject *paths(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *starts, *list, *found = NULL;
    if (!PyArg_ParseTuple(args, "OOO", &arrays, &starts, &list))
        return NULL;
    Edges edges;
    Ints todo = {0}, goals = {0};
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    char *wanted = PyMem_RawCalloc((size_t)edges.nodes + 1, 1);
    int32_t *before = filled(edges.nodes, NOWHERE);
    if (wanted == NULL || before == NULL || edges_nodes(&edges, starts, &todo) < 0 ||
        edges_nodes(&edges, list, &goals) < 0 ||
        look_for(&edges, &todo, &goals, wanted, before) < 0)
        goto done;
    found = PyDict_New();
    for (Py_ssize_t i = 0; found != NULL && i < goals.length; i++) {
        int32_t goal = goals.at[i];
        if (before[goal] == NOWHERE)
            continue;
        PyObject *key = PyLong_FromLong(goal);
        PyObject *path = key == NULL ? NULL : path_to(goal, before);
        if (path == NULL || PyDict_SetItem(found, key, path) < 0)
            Py_CLEAR(found);
        Py_XDECREF(key);
        Py_XDECREF(path);
    }
done:
    if (wanted == NULL && !PyErr_Occurred())
        PyErr_NoMemory();
    PyMem_RawFree(wanted);
    PyMem_RawFree(before);
    ints_free(&todo);
    ints_free(&goals);
    edges_close(&edges);
    return found;
}

PyMethodDef way_methods[] = {
    {"holders", holders, METH_VARARGS, "holders(edges, within, starts)"},
    {"nearest", nearest, METH_VARARGS, "nearest(edges, within, starts)"},
    {"paths", paths, METH_VARARGS, "paths(edges, starts, goals)"},
    {NULL, NULL, 0, NULL},
};
