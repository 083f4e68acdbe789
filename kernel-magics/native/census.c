/* Which of many objects are worth a closer look, by their class and their length.
 * The twin is in heap/walk/census.py.
 */
#include "table.h"

/* What is known of a class: least bytes of an item of it, and these. */
enum { ADAPTED = 1, UNMET = 2, BITS = 2 };

typedef struct {
    PyObject *least, *known; /* by the address of a class */
    Table codes;
} Classes;

/* -1 with an exception. */
static int32_t code_of(Classes *self, PyTypeObject *cls) {
    int32_t code = table_get(&self->codes, (uintptr_t)cls);
    if (code >= 0)
        return code;
    PyObject *key = PyLong_FromVoidPtr(cls);
    if (key == NULL)
        return -1;
    PyObject *least = PyDict_GetItemWithError(self->least, key);
    PyObject *known = PyErr_Occurred() ? NULL : PyDict_GetItemWithError(self->known, key);
    Py_DECREF(key);
    long bytes = least != NULL ? PyLong_AsLong(least) : 0;
    if (PyErr_Occurred() || bytes < 0 || bytes > 1 << 16)
        return -1;
    code = (int32_t)bytes << BITS;
    code |= known == NULL ? UNMET : known == Py_True ? ADAPTED : 0;
    return table_put(&self->codes, (uintptr_t)cls, code) == NULL ? -1 : code;
}

static PyObject *picked(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *objects, *found[4] = {NULL};
    Classes classes = {0};
    Py_ssize_t big, most;
    if (!PyArg_ParseTuple(args, "O!O!O!nn", &PyList_Type, &objects, &PyDict_Type, &classes.least,
                          &PyDict_Type, &classes.known, &big, &most))
        return NULL;
    PyObject **bigs = &found[0], **longs = &found[1], **adapted = &found[2], **unmet = &found[3];
    int failed = 0;
    for (int i = 0; i < 4; i++)
        failed |= (found[i] = PyList_New(0)) == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(objects); i++) {
        PyObject *obj = PyList_GET_ITEM(objects, i);
        int32_t code = code_of(&classes, Py_TYPE(obj));
        if (code >> BITS > 0) {
            /* of a builtin class: nobody else's method is asked */
            Py_ssize_t length = PyObject_Size(obj);
            failed = length < 0 || (length > most && PyList_Append(*longs, obj) < 0) ||
                     (length * (code >> BITS) >= big && PyList_Append(*bigs, obj) < 0);
        }
        if (code < 0 || failed)
            failed = 1;
        else if (code & ADAPTED)
            failed = PyList_Append(*adapted, obj) < 0;
        else if (code & UNMET) {
            int32_t *place = table_put(&classes.codes, (uintptr_t)Py_TYPE(obj), 0);
            failed = place == NULL || PyList_Append(*unmet, obj) < 0;
            if (!failed)
                *place &= ~UNMET;
        }
    }
    table_free(&classes.codes);
    PyObject *answer = NULL;
    if (!failed)
        answer = PyTuple_Pack(4, found[0], found[1], found[2], found[3]);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "bytes of an item are from 0 to 65536");
    for (int i = 0; i < 4; i++)
        Py_XDECREF(found[i]);
    return answer;
}

PyMethodDef census_methods[] = {
    {"picked", picked, METH_VARARGS, "picked(objects, least, known, big, most)"},
    {NULL, NULL, 0, NULL},
};
