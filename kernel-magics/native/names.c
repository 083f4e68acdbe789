/* What the names of a namespace are bound to, by `id`: nothing of a value's is asked. */
#include "native.h"

static int is_plain(PyObject *names) {
    if (PyDict_CheckExact(names))
        return 1;
    PyErr_SetString(PyExc_TypeError, "a plain dictionary is needed");
    return 0;
}

static PyObject *names_ids(PyObject *Py_UNUSED(module), PyObject *names) {
    if (!is_plain(names))
        return NULL;
    PyObject *found = PyDict_New(), *key, *value;
    Py_ssize_t at = 0;
    /* a key that is no plain text is left out: it would be asked for its hash */
    while (found != NULL && PyDict_Next(names, &at, &key, &value)) {
        if (!PyUnicode_CheckExact(key))
            continue;
        PyObject *id = PyLong_FromVoidPtr(value);
        if (id == NULL || PyDict_SetItem(found, key, id) < 0)
            Py_CLEAR(found);
        Py_XDECREF(id);
    }
    return found;
}

static PyObject *names_changed(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *before, *names, *key, *value;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &before, &names))
        return NULL;
    if (!is_plain(names))
        return NULL;
    PyObject *found = PyList_New(0);
    Py_ssize_t at = 0, all = 0;
    while (found != NULL && PyDict_Next(names, &at, &key, &value)) {
        if (!PyUnicode_CheckExact(key))
            continue;
        all++;
        PyObject *was = PyDict_GetItemWithError(before, key);
        int same = was != NULL && PyLong_AsVoidPtr(was) == (void *)value;
        if (PyErr_Occurred() || (!same && PyList_Append(found, key) < 0))
            Py_CLEAR(found);
    }
    return found == NULL ? NULL : Py_BuildValue("Nn", found, all);
}

static PyObject *names_of(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *names, *classes, *key, *value;
    if (!PyArg_ParseTuple(args, "OO!", &names, &PyTuple_Type, &classes))
        return NULL;
    if (!is_plain(names))
        return NULL;
    PyObject *found = PyList_New(0);
    Py_ssize_t at = 0;
    while (found != NULL && PyDict_Next(names, &at, &key, &value)) {
        int wanted = 0;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(classes) && !wanted; i++)
            wanted = (PyObject *)Py_TYPE(value) == PyTuple_GET_ITEM(classes, i);
        if (!wanted || !PyUnicode_CheckExact(key))
            continue;
        PyObject *pair = PyTuple_Pack(2, key, value);
        if (pair == NULL || PyList_Append(found, pair) < 0)
            Py_CLEAR(found);
        Py_XDECREF(pair);
    }
    return found;
}

PyMethodDef name_methods[] = {
    {"names_ids", names_ids, METH_O, "names_ids(namespace) -> {name: id of its value}"},
    {"names_changed", names_changed, METH_VARARGS,
     "names_changed(ids, namespace) -> (names bound to something else, how many there are)"},
    {"names_of", names_of, METH_VARARGS,
     "names_of(namespace, classes) -> names with values of exactly these classes"},
    {NULL, NULL, 0, NULL},
};
