/* What the names of a namespace are bound to, by `id`: nothing of a value's is asked. */
#include "native.h"

static PyObject *names_ids(PyObject *Py_UNUSED(module), PyObject *names) {
    if (!PyDict_CheckExact(names)) {
        PyErr_SetString(PyExc_TypeError, "a plain dictionary is needed");
        return NULL;
    }
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

PyMethodDef name_methods[] = {
    {"names_ids", names_ids, METH_O, "names_ids(namespace) -> {name: id of its value}"},
    {NULL, NULL, 0, NULL},
};
