/* A vector of what one object refers to. */
#include "children.h"

int children_add(PyObject *obj, void *arg) {
    Children *children = arg;
    if (children->length == children->room) {
        Py_ssize_t room = children->room ? children->room * 2 : 256;
        Child *at = pages_resize(children->at, (size_t)children->room * sizeof *at,
                                 (size_t)room * sizeof *at);
        if (at == NULL)
            return -1;
        children->at = at;
        children->room = room;
    }
    children->at[children->length++] = (Child){obj, Py_REFCNT(obj)};
    return 0;
}

/* Tells what it has freed, before CPython 3.12.6; why that is never asked: heap/referents.py. */
static PyObject *spared;

int children_ready(void) {
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
    if (spared == NULL && Py_Version < 0x030C0600) {
        spared = PyImport_ImportModule("_asyncio");
        if (spared == NULL && !PyErr_ExceptionMatches(PyExc_ImportError))
            return -1;
        PyErr_Clear();
    }
#endif
    return 0;
}

enum { MANY = 1 << 16 };

void children_done(Children *children) {
    if (children->room > MANY)
        children_free(children);
}

int children_visit(PyObject *obj, visitproc visit, void *arg) {
    if (!PyObject_IS_GC(obj) || Py_TYPE(obj)->tp_traverse == NULL || obj == spared)
        return 0;
    return Py_TYPE(obj)->tp_traverse(obj, visit, arg);
}

int children_take(Children *children, PyObject *obj) {
    children_done(children);
    children->length = 0;
    return children_visit(obj, children_add, children) < 0 ? -1 : 0;
}

void children_free(Children *children) {
    pages_free(children->at, (size_t)children->room * sizeof *children->at);
    *children = (Children){0};
}
