/* Many objects at once: by class, their sizes, and what no collector lists.
 * The twin is in heap/whole/classes.py.
 */
#include "atoms.h"
#include "table.h"

static int is_list(PyObject *objects) {
    if (PyList_CheckExact(objects))
        return 1;
    PyErr_SetString(PyExc_TypeError, "a list of objects is needed");
    return 0;
}

static PyObject *by_class(PyObject *Py_UNUSED(module), PyObject *objects) {
    if (!is_list(objects))
        return NULL;
    PyObject *found = PyList_New(0);
    Table place = {0};
    for (Py_ssize_t i = 0; found != NULL && i < PyList_GET_SIZE(objects); i++) {
        PyObject *obj = PyList_GET_ITEM(objects, i);
        int32_t next = (int32_t)PyList_GET_SIZE(found);
        int32_t *at = table_put(&place, (uintptr_t)Py_TYPE(obj), next);
        if (at != NULL && *at == next) {
            PyObject *fresh = PyList_New(0);
            if (fresh == NULL || PyList_Append(found, fresh) < 0)
                at = NULL;
            Py_XDECREF(fresh);
        }
        if (at == NULL || PyList_Append(PyList_GET_ITEM(found, *at), obj) < 0)
            Py_CLEAR(found);
    }
    table_free(&place);
    return found;
}

static PyObject *weigh(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *objects, *method;
    int by_type;
    long long header, array, sum = 0;
    if (!PyArg_ParseTuple(args, "OOpLL", &objects, &method, &by_type, &header, &array) ||
        !is_list(objects))
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(objects); i++) {
        PyObject *obj = PyList_GET_ITEM(objects, i);
        int64_t size = 0;
        if (by_type) {
            size = size_by_type(obj);
        } else {
            PyObject *said = PyObject_CallOneArg(method, obj);
            size = said == NULL ? -1 : PyLong_AsLongLong(said);
            Py_XDECREF(said);
            if (size == -1 && PyErr_Occurred())
                return NULL;
        }
        sum += block(size + header) + array;
    }
    return PyLong_FromLongLong(sum);
}

/* Is the class of an object one of these?  By identity. */
static int one_of(PyObject *obj, PyObject *classes) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(classes); i++)
        if ((PyObject *)Py_TYPE(obj) == PyTuple_GET_ITEM(classes, i))
            return 1;
    return 0;
}

static PyObject *unlisted(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *objects, *numbers;
    Py_ssize_t least;
    if (!PyArg_ParseTuple(args, "OO!n", &objects, &PyTuple_Type, &numbers, &least) ||
        !is_list(objects))
        return NULL;
    PyObject *texts = PyList_New(0), *rest = PyList_New(0);
    int failed = texts == NULL || rest == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(objects); i++) {
        PyObject *obj = PyList_GET_ITEM(objects, i);
        Py_ssize_t length = PyUnicode_CheckExact(obj) ? PyUnicode_GET_LENGTH(obj)
                            : PyBytes_CheckExact(obj) ? PyBytes_GET_SIZE(obj)
                                                      : -1;
        if (length >= 0)
            failed = length >= least && PyList_Append(texts, obj) < 0;
        else if (!PyObject_GC_IsTracked(obj) && !one_of(obj, numbers))
            failed = PyList_Append(rest, obj) < 0;
    }
    if (!failed)
        failed = PyList_SetSlice(texts, PyList_GET_SIZE(texts), PyList_GET_SIZE(texts), rest) < 0;
    Py_XDECREF(rest);
    if (failed)
        Py_CLEAR(texts);
    return texts;
}

PyMethodDef class_methods[] = {
    {"by_class", by_class, METH_O, "by_class(objects)"},
    {"weigh", weigh, METH_VARARGS, "weigh(objects, method, by_type, header, array)"},
    {"unlisted", unlisted, METH_VARARGS, "unlisted(objects, numbers, least)"},
    {NULL, NULL, 0, NULL},
};
