/* What one object refers to, while it is looked at. */
#ifndef LEAKHUNTER_CHILDREN_H
#define LEAKHUNTER_CHILDREN_H

#include "native.h"

typedef struct {
    PyObject *obj;
    Py_ssize_t count; /* as `sys.getrefcount` says it of an item of a list of these */
} Child;

typedef struct {
    Child *at;
    Py_ssize_t length, room;
} Children;

/* A visitor for `tp_traverse`; `arg` is the `Children` that take one more. */
int children_add(PyObject *obj, void *arg);
/* Shows `visit` what `obj` refers to, until it returns something else than 0; that, or 0. */
int children_visit(PyObject *obj, visitproc visit, void *arg);
/* Puts what `obj` refers to, as the collector is told, in place of what was there; -1 on error. */
int children_take(Children *children, PyObject *obj);
int children_ready(void);
/* The vector of a very big object is not kept for the next one. */
void children_done(Children *children);
void children_free(Children *children);

#endif
