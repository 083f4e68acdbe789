/* Which of many objects are worth a closer look, by their class and their length.
 * The twin is in heap/walk/census.py.
 */
#include "table.h"

/* What is known of a class: least bytes of an item of it, and these. */
enum { ADAPTED = 1, UNMET = 2, SHOWN = 4, BITS = 3 };

/* The lists of an answer. */
enum { PICK_BIG, PICK_LONG, PICK_ADAPTED, PICK_UNMET, PICK_HIDDEN, PICKS };

/* Tuples in tuples that are looked into. */
enum { DEEP = 16 };

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

/* What is looked for, and what was found of it. */
typedef struct {
    Classes classes;
    Py_ssize_t big, most;
    PyObject *found[PICKS];
} Search;

/* One object of each class that nobody has met; -1 with an exception. */
static int meet(Search *self, PyObject *obj, int32_t code) {
    if ((code & (UNMET | SHOWN)) != UNMET)
        return 0;
    int32_t *place = table_put(&self->classes.codes, (uintptr_t)Py_TYPE(obj), 0);
    if (place == NULL)
        return -1;
    *place |= SHOWN;
    return PyList_Append(self->found[PICK_UNMET], obj);
}

/* Does a short container, or a tuple in it, hold what is big or adapted?  -1 with an exception. */
static int leads(Search *self, PyObject *container, int deep);

static int is_worth(Search *self, PyObject *obj, int deep) {
    int32_t code = code_of(&self->classes, Py_TYPE(obj));
    if (code < 0 || code & ADAPTED)
        return code < 0 ? -1 : 1;
    /* of a builtin class: nobody else's method is asked */
    Py_ssize_t least = code >> BITS, length = least ? PyObject_Size(obj) : 0;
    if (length < 0 || meet(self, obj, code) < 0)
        return -1;
    if (least && length * least >= self->big)
        return 1;
    return PyTuple_CheckExact(obj) ? leads(self, obj, deep) : 0;
}

static int leads(Search *self, PyObject *container, int deep) {
    if (deep == 0 || PyObject_Size(container) > self->most)
        return 0;
    int found = 0;
    Py_ssize_t at = 0;
    PyObject *key, *value;
    if (PyTuple_CheckExact(container))
        while (!found && at < PyTuple_GET_SIZE(container))
            found = is_worth(self, PyTuple_GET_ITEM(container, at++), deep - 1);
    else
        while (!found && PyDict_Next(container, &at, &key, &value)) {
            found = is_worth(self, key, deep - 1);
            if (!found)
                found = is_worth(self, value, deep - 1);
        }
    return found;
}

/* By its class and length; -1 with an exception. */
static int pick(Search *self, PyObject *obj) {
    int32_t code = code_of(&self->classes, Py_TYPE(obj));
    if (code < 0)
        return -1;
    if (code >> BITS > 0) {
        Py_ssize_t length = PyObject_Size(obj);
        if (length < 0 || (length > self->most && PyList_Append(self->found[PICK_LONG], obj) < 0) ||
            (length * (code >> BITS) >= self->big && PyList_Append(self->found[PICK_BIG], obj) < 0))
            return -1;
    }
    return code & ADAPTED ? PyList_Append(self->found[PICK_ADAPTED], obj) : meet(self, obj, code);
}

/* One of the containers that the collector leaves out as all in them is plain. */
static int pick_hidden(Search *self, PyObject *obj) {
    if (!(PyTuple_CheckExact(obj) || PyDict_CheckExact(obj)) || PyObject_GC_IsTracked(obj))
        return 0;
    int worth = leads(self, obj, DEEP);
    return worth <= 0 ? worth : PyList_Append(self->found[PICK_HIDDEN], obj);
}

static PyObject *picked(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *objects, *answer = NULL;
    Search self = {0};
    if (!PyArg_ParseTuple(args, "O!O!O!nn", &PyList_Type, &objects, &PyDict_Type,
                          &self.classes.least, &PyDict_Type, &self.classes.known, &self.big,
                          &self.most))
        return NULL;
    int failed = 0;
    for (int i = 0; i < PICKS; i++)
        failed |= (self.found[i] = PyList_New(0)) == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(objects); i++)
        failed = pick(&self, PyList_GET_ITEM(objects, i)) < 0;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(objects); i++)
        failed = pick_hidden(&self, PyList_GET_ITEM(objects, i)) < 0;
    table_free(&self.classes.codes);
    if (!failed)
        answer = PyTuple_Pack(PICKS, self.found[0], self.found[1], self.found[2], self.found[3],
                              self.found[4]);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "bytes of an item are from 0 to 65536");
    for (int i = 0; i < PICKS; i++)
        Py_XDECREF(self.found[i]);
    return answer;
}

PyMethodDef census_methods[] = {
    {"picked", picked, METH_VARARGS, "picked(objects, least, known, big, most)"},
    {NULL, NULL, 0, NULL},
};
