/* Questions to a picture: flat arrays in, numbers out.  The twin is heap/twin.py. */
#include "bulk.h"
#include "table.h"

static PyObject *reach(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *starts, *found = NULL;
    if (!PyArg_ParseTuple(args, "OO", &arrays, &starts))
        return NULL;
    Edges edges;
    Ints todo = {0};
    Bulk seen;
    if (edges_open(&edges, arrays) < 0)
        return NULL;
    if (marks_begin(&seen, (size_t)edges.nodes) == 0 && edges_nodes(&edges, starts, &todo) == 0 &&
        edges_reach(&edges, &todo, seen.at) == 0)
        found = ints_bytes(&todo);
    marks_free(&seen);
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

/* ---- some nodes, as an `array("i")` -------------------------------------------- */

/* A buffer of items of this width; -1 with an exception. */
static int open_items(PyObject *array, Py_buffer *buffer, Py_ssize_t width, int flags) {
    if (PyObject_GetBuffer(array, buffer, PyBUF_ND | flags) < 0)
        return -1;
    if (buffer->itemsize == width)
        return 0;
    PyBuffer_Release(buffer);
    return edges_wrong();
}

static PyObject *weight(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *array, *list, *found = NULL, *told;
    Py_buffer sizes, nodes, marks = {0};
    if (!PyArg_ParseTuple(args, "OOO", &array, &list, &told) ||
        open_items(array, &sizes, sizeof(int64_t), 0) < 0)
        return NULL;
    if (open_items(list, &nodes, sizeof(int32_t), 0) < 0)
        goto sizes;
    if (told != Py_None && open_items(told, &marks, 1, 0) < 0)
        goto nodes;
    Py_ssize_t many = sizes.len / (Py_ssize_t)sizeof(int64_t);
    const int64_t *size = sizes.buf;
    const int32_t *node = nodes.buf, *end = node + nodes.len / (Py_ssize_t)sizeof *node;
    const char *mark = marks.buf;
    int64_t sum = 0;
    for (; node < end; node++) {
        if (*node < 0 || *node >= many || (mark != NULL && *node >= marks.len)) {
            edges_wrong();
            goto marks;
        }
        if (mark == NULL || !mark[*node])
            sum += size[*node];
    }
    found = PyLong_FromLongLong(sum);
marks:
    if (marks.obj != NULL)
        PyBuffer_Release(&marks);
nodes:
    PyBuffer_Release(&nodes);
sizes:
    PyBuffer_Release(&sizes);
    return found;
}

static PyObject *mark(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *told, *list;
    int value, failed = 0;
    Py_buffer marks, nodes;
    if (!PyArg_ParseTuple(args, "OOp", &told, &list, &value) ||
        open_items(told, &marks, 1, PyBUF_WRITABLE) < 0)
        return NULL;
    if (open_items(list, &nodes, sizeof(int32_t), 0) < 0) {
        PyBuffer_Release(&marks);
        return NULL;
    }
    const int32_t *node = nodes.buf, *end = node + nodes.len / (Py_ssize_t)sizeof *node;
    for (; !failed && node < end; node++) {
        failed = *node < 0 || *node >= marks.len;
        if (!failed)
            ((char *)marks.buf)[*node] = (char)value;
    }
    PyBuffer_Release(&nodes);
    PyBuffer_Release(&marks);
    if (failed) {
        edges_wrong();
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *positions(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *array, *wanted, *found = NULL, *key;
    Py_buffer ids;
    Table table = {0};
    if (!PyArg_ParseTuple(args, "OO!", &array, &PySet_Type, &wanted) ||
        open_items(array, &ids, sizeof(uint64_t), 0) < 0)
        return NULL;
    PyObject *keys = PyObject_GetIter(wanted);
    while (keys != NULL && (key = PyIter_Next(keys)) != NULL) {
        uintptr_t id = (uintptr_t)PyLong_AsUnsignedLongLong(key);
        Py_DECREF(key);
        /* nothing lies at 0, which is a free place in the table */
        if (PyErr_Occurred() || (id != 0 && table_put(&table, id, 0) == NULL))
            break;
    }
    Py_XDECREF(keys);
    found = PyErr_Occurred() ? NULL : PyDict_New();
    const uint64_t *id = ids.buf;
    for (Py_ssize_t i = 0; found != NULL && i < ids.len / 8; i++) {
        if (table_get(&table, (uintptr_t)id[i]) < 0)
            continue;
        PyObject *number = PyLong_FromSsize_t(i), *name = PyLong_FromUnsignedLongLong(id[i]);
        if (number == NULL || name == NULL || PyDict_SetItem(found, name, number) < 0)
            Py_CLEAR(found);
        Py_XDECREF(number);
        Py_XDECREF(name);
    }
    table_free(&table);
    PyBuffer_Release(&ids);
    return found;
}

PyMethodDef flat_methods[] = {
    {"reach", reach, METH_VARARGS, "reach(edges, starts)"},
    {"turned", turned, METH_O, "turned(edges)"},
    {"tally", tally, METH_VARARGS, "tally(to, nodes)"},
    {"above", above, METH_VARARGS, "above(sizes, least)"},
    {"counts", counts, METH_O, "counts(objects)"},
    {"weight", weight, METH_VARARGS, "weight(sizes, nodes, marks)"},
    {"mark", mark, METH_VARARGS, "mark(marks, nodes, value)"},
    {"positions", positions, METH_VARARGS, "positions(ids, wanted)"},
    {NULL, NULL, 0, NULL},
};
