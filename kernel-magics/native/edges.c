/* Vectors, and the reading of a picture's references. */
#include "native.h"

int ints_grow(Ints *ints) {
    Py_ssize_t room = ints->room ? ints->room * 2 : 64;
    int32_t *at =
        pages_resize(ints->at, (size_t)ints->room * sizeof *at, (size_t)room * sizeof *at);
    if (at == NULL)
        return -1;
    ints->at = at;
    ints->room = room;
    return 0;
}

void ints_free(Ints *ints) {
    pages_free(ints->at, (size_t)ints->room * sizeof *ints->at);
    *ints = (Ints){0};
}

PyObject *ints_list(const Ints *ints) {
    PyObject *list = PyList_New(ints->length);
    for (Py_ssize_t i = 0; list != NULL && i < ints->length; i++) {
        PyObject *number = PyLong_FromLong(ints->at[i]);
        if (number == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, number);
    }
    return list;
}

PyObject *ints_bytes(const Ints *ints) {
    /* no vector yet is a null pointer */
    return PyBytes_FromStringAndSize(ints->length ? (const char *)ints->at : "",
                                     ints->length * (Py_ssize_t)sizeof *ints->at);
}

int edges_wrong(void) {
    PyErr_SetString(PyExc_ValueError, "the arrays of references do not belong together");
    return -1;
}

int edges_open(Edges *edges, PyObject *arrays) {
    *edges = (Edges){0};
    if (!PyTuple_CheckExact(arrays) || PyTuple_GET_SIZE(arrays) != 3)
        return edges_wrong();
    static const Py_ssize_t width[3] = {sizeof(int64_t), sizeof(int32_t), sizeof(int32_t)};
    for (int i = 0; i < 3; i++) {
        Py_buffer *buffer = &edges->buffers[i];
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(arrays, i), buffer, PyBUF_ND) < 0) {
            edges_close(edges);
            return -1;
        }
        if (buffer->itemsize != width[i]) {
            edges_close(edges);
            return edges_wrong();
        }
    }
    edges->begin = edges->buffers[0].buf;
    edges->count = edges->buffers[1].buf;
    edges->to = edges->buffers[2].buf;
    edges->nodes = edges->buffers[1].len / width[1];
    edges->length = edges->buffers[2].len / width[2];
    /* `begin` may have one entry more: where the last node ends */
    if (edges->buffers[0].len / width[0] < edges->nodes || edges->nodes > INT32_MAX) {
        edges_close(edges);
        return edges_wrong();
    }
    return 0;
}

void edges_close(Edges *edges) {
    for (int i = 0; i < 3; i++)
        if (edges->buffers[i].obj != NULL)
            PyBuffer_Release(&edges->buffers[i]);
}

int edges_node(const Edges *edges, PyObject *number, int32_t *node) {
    long found = PyLong_AsLong(number);
    if (found == -1 && PyErr_Occurred())
        return -1;
    if (found < 0 || found >= edges->nodes)
        return edges_wrong();
    *node = (int32_t)found;
    return 0;
}

int edges_nodes(const Edges *edges, PyObject *list, Ints *out) {
    if (!PyList_CheckExact(list)) {
        PyErr_SetString(PyExc_TypeError, "a list of nodes is needed");
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        int32_t node;
        if (edges_node(edges, PyList_GET_ITEM(list, i), &node) < 0 || ints_push(out, node) < 0)
            return -1;
    }
    return 0;
}

int edges_numbers(const Edges *edges, PyObject *numbers, int64_t *out, Ints *keys) {
    PyObject *key, *value;
    Py_ssize_t at = 0;
    if (!PyDict_CheckExact(numbers)) {
        PyErr_SetString(PyExc_TypeError, "a dictionary of nodes is needed");
        return -1;
    }
    while (PyDict_Next(numbers, &at, &key, &value)) {
        int32_t node;
        int64_t number = PyLong_AsLongLong(value);
        if ((number == -1 && PyErr_Occurred()) || edges_node(edges, key, &node) < 0)
            return -1;
        out[node] += number;
        if (ints_push(keys, node) < 0)
            return -1;
    }
    return 0;
}

int edges_reach(const Edges *edges, Ints *todo, char *seen) {
    for (Py_ssize_t i = 0; i < todo->length; i++)
        seen[todo->at[i]] = 1;
    for (Py_ssize_t i = 0; i < todo->length; i++) {
        const int32_t *child, *end;
        if (edges_of(edges, todo->at[i], &child, &end) < 0)
            return -1;
        for (; child < end; child++) {
            if (!edges_has(edges, *child))
                return edges_wrong();
            if (!seen[*child]) {
                seen[*child] = 1;
                if (ints_push(todo, *child) < 0)
                    return -1;
            }
        }
    }
    return 0;
}
