/* What the parts of the native core share.
 *
 * Every function here but `sqlite_used` has a twin in pure Python with the same
 * results, which the tests hold it to.  Rules: the GIL is held unless a comment says
 * otherwise; no user code is ever run; every length and index that comes from
 * Python is checked, so that a wrong one raises and never crashes.
 */
#ifndef LEAKHUNTER_NATIVE_H
#define LEAKHUNTER_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>

#if defined(Py_GIL_DISABLED) || PY_VERSION_HEX < 0x030A0000
#error "the native core needs CPython 3.10 or later, with its GIL"
#endif

/* ---- memory that lasts as long as a question ---------------------------- */

/* Like `realloc` for `old` bytes, which may be none.  What is big comes from the
 * system and returns to it: malloc would keep it, and from then on also keep
 * big blocks of the user's.  NULL with an exception. */
void *pages_resize(void *at, size_t old, size_t room);
void pages_free(void *at, size_t room);

/* ---- vectors of machine integers ------------------------------------- */

typedef struct {
    int32_t *at;
    Py_ssize_t length, room;
} Ints;

int ints_grow(Ints *ints);
void ints_free(Ints *ints);
PyObject *ints_list(const Ints *ints);
/* The bytes of an `array("i")`. */
PyObject *ints_bytes(const Ints *ints);

static inline int ints_push(Ints *ints, int32_t value) {
    if (ints->length == ints->room && ints_grow(ints) < 0)
        return -1;
    ints->at[ints->length++] = value;
    return 0;
}

/* ---- references by node: (begin, count, to) as in heap/graph.py -------- */

typedef struct {
    Py_buffer buffers[3];
    const int64_t *begin;
    const int32_t *count, *to;
    Py_ssize_t nodes, length;
} Edges;

int edges_open(Edges *edges, PyObject *arrays);
void edges_close(Edges *edges);
int edges_wrong(void);

/* The children of a node; -1 with an exception when the arrays disagree. */
static inline int edges_of(const Edges *edges, int32_t node, const int32_t **first,
                           const int32_t **end) {
    int64_t begin = edges->begin[node];
    int32_t count = edges->count[node];
    if (begin < 0 || count < 0 || begin + count > edges->length) {
        edges_wrong();
        return -1;
    }
    *first = edges->to + begin;
    *end = *first + count;
    return 0;
}

static inline int edges_has(const Edges *edges, int32_t node) {
    return node >= 0 && node < edges->nodes;
}

/* A number as a node; -1 with an exception when it is none. */
int edges_node(const Edges *edges, PyObject *number, int32_t *node);
/* Nodes of a list; -1 with an exception when one is none. */
int edges_nodes(const Edges *edges, PyObject *list, Ints *out);
/* Everything that the nodes of `todo` reach; `seen` has one byte a node. */
int edges_reach(const Edges *edges, Ints *todo, char *seen);
/* A dictionary of nodes to numbers: they are added to `out`, and the nodes to `keys`. */
int edges_numbers(const Edges *edges, PyObject *numbers, int64_t *out, Ints *keys);

/* ---- the module's parts ------------------------------------------------ */

extern PyMethodDef flat_methods[], trial_methods[], way_methods[], dominator_methods[],
    retained_methods[], class_methods[], sampler_methods[], birth_methods[],
    name_methods[], trace_methods[], allocation_methods[], census_methods[], referring_methods[],
    sqlite_methods[];
int nodes_ready(PyObject *module);
int bulk_ready(PyObject *module);
int heap_ready(PyObject *module);

#endif
