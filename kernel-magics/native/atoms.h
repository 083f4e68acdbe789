/* Numbers and texts: what containers are filled with, and how big they are. */
#ifndef LEAKHUNTER_ATOMS_H
#define LEAKHUNTER_ATOMS_H

#include "native.h"

static inline int64_t block(int64_t size) { return (size + 15) & ~(int64_t)15; }

/* Bytes of a plain object by its type's table alone, as `object.__sizeof__` counts them. */
static inline int64_t size_by_type(PyObject *obj) {
    PyTypeObject *type = Py_TYPE(obj);
    Py_ssize_t items = type->tp_itemsize ? Py_SIZE(obj) : 0;
    return type->tp_basicsize + (items < 0 ? -items : items) * type->tp_itemsize;
}

/* `sys.getsizeof` of an atom; -1 with an exception. */
int64_t atom_size(PyObject *atom);

#endif
