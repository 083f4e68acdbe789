/* A vector of what one object refers to. */
#include "children.h"

int children_add(PyObject *obj, void *arg) {
    Children *children = arg;
    if (children->length == children->room) {
        Py_ssize_t room = children->room ? children->room * 2 : 256;
        Child *at = PyMem_RawRealloc(children->at, (size_t)room * sizeof *at);
        if (at == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        children->at = at;
        children->room = room;
    }
    children->at[children->length++] = (Child){obj, Py_REFCNT(obj)};
    return 0;
}

void children_free(Children *children) {
    PyMem_RawFree(children->at);
    *children = (Children){0};
}
