/* How the objects of each class are sized and followed; heap/peek/sizes.py tells it by class. */
#ifndef LEAKHUNTER_PLANS_H
#define LEAKHUNTER_PLANS_H

#include "children.h"
#include "table.h"

enum { POINTER = 8, FEW = 30 };
enum { SIMPLE, INLINE, DICT, CODE, CLASS, BY_HAND };
enum { FAILED = -1, DONE, PYTHON };

typedef struct {
    PyObject *name, *module, *method;
    int mode, by_type, length;
    int64_t header, basic, array;
    Py_ssize_t names, slots;
} Plan;

/* By the address of a class, which is compared and never followed: it may be gone. */
typedef struct {
    Table of;
    Plan *at;
    int32_t many;
} Plans;

/* Dictionaries with keys of their own have one of these sizes; those with more keys than `most` always do. */
typedef struct {
    PyObject *alone;
    Py_ssize_t most;
} Keys;

/* `learn(cls, name, module, mode, method, by_type, length, header, basic, array, names, slots)` */
PyObject *plans_learn(Plans *plans, PyObject *args);
void plans_free(Plans *plans);

static inline int32_t plans_place(const Plans *plans, PyObject *obj) {
    return table_get(&plans->of, (uintptr_t)Py_TYPE(obj));
}

static inline const Plan *plans_find(const Plans *plans, PyObject *obj) {
    int32_t at = plans_place(plans, obj);
    return at < 0 ? NULL : &plans->at[at];
}

/* Items of a builtin container. */
Py_ssize_t plan_length(PyObject *obj);
/* What the method of its class says of an object's size; 0 when it cannot. */
int64_t plan_bare(const Plan *plan, PyObject *obj);
/* Bytes of the blocks of an object of which its method says `bare`; PYTHON where that is not plain. */
int plan_size(const Plan *plan, PyObject *obj, int64_t bare, const Children *children,
              int64_t *size);
/* The same of a dictionary that shares its keys. */
int64_t plan_shared(const Plan *plan, int64_t bare);
/* Does a dictionary share its keys?  When not `sure`, its memory is not read.  -1 with an exception. */
int keys_shared(const Keys *keys, PyObject *obj, int64_t bare, int sure);

#endif
