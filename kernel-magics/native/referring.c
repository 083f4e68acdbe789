/* Which of many objects refer to one of some.  The twin is in heap/walk/referring.py. */
#include "children.h"
#include "table.h"

static int is_target(PyObject *obj, void *targets) {
    return table_get(targets, (uintptr_t)obj) >= 0;
}

static PyObject *referring(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *objects, *wanted;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &objects, &PyList_Type, &wanted))
        return NULL;
    Table targets = {0};
    PyObject *found = PyList_New(0);
    int failed = found == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(wanted); i++)
        failed = table_put(&targets, (uintptr_t)PyList_GET_ITEM(wanted, i), 0) == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(objects); i++) {
        PyObject *obj = PyList_GET_ITEM(objects, i);
        failed = children_visit(obj, is_target, &targets) && PyList_Append(found, obj) < 0;
    }
    table_free(&targets);
    if (failed)
        Py_CLEAR(found);
    return found;
}

PyMethodDef referring_methods[] = {
    {"referring", referring, METH_VARARGS, "referring(objects, targets)"},
    {NULL, NULL, 0, NULL},
};
