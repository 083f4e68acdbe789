/* Dominators by Lengauer and Tarjan (the simple version), and retained sizes.
 *
 * "The" node 0 of the numbering is a root above all starts.  Numbers are those
 * of a depth-first search, so that a parent's is always the smaller one.
 */
#include "native.h"

typedef struct {
    Edges edges;
    int32_t many;                     /* nodes reached, and the root */
    int32_t *number;                  /* by node: its number, 0 when not reached */
    int32_t *node, *parent;           /* by number */
    int32_t *semi, *label, *ancestor; /* by number */
    int32_t *bucket, *next, *idom;    /* by number: lists of numbers, 0 ends them */
    int64_t *begin;                   /* by number: where its predecessors begin */
    int32_t *before;
    Ints path;
} Dominators;

static int32_t *numbers(Py_ssize_t length) {
    int32_t *found = PyMem_RawCalloc((size_t)length, sizeof *found);
    if (found == NULL)
        PyErr_NoMemory();
    return found;
}

/* Number what the starts reach, depth first; -1 with an exception. */
static int search(Dominators *d, const Ints *starts) {
    int64_t *at = PyMem_RawCalloc((size_t)d->edges.nodes + 2, sizeof *at);
    Ints stack = {0};
    int failed = -1;
    d->many = 1;
    if (at == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < starts->length; i++) {
        int32_t from = 0, to = starts->at[i];
        for (;;) {
            if (to >= 0 && d->number[to] == 0) {
                int32_t fresh = d->many++;
                d->number[to] = fresh;
                d->node[fresh] = to;
                d->parent[fresh] = from;
                if (ints_push(&stack, fresh) < 0)
                    goto done;
            }
            if (stack.length == 0)
                break;
            from = stack.at[stack.length - 1];
            const int32_t *child, *end;
            if (edges_of(&d->edges, d->node[from], &child, &end) < 0)
                goto done;
            if (child + at[from] == end) {
                stack.length--;
                to = -1;
                continue;
            }
            to = child[at[from]++];
            if (!edges_has(&d->edges, to)) {
                edges_wrong();
                goto done;
            }
        }
    }
    failed = 0;
done:
    PyMem_RawFree(at);
    ints_free(&stack);
    return failed;
}

/* Predecessors by number; the root is one of every start. */
static int predecessors(Dominators *d, const Ints *starts) {
    d->begin = PyMem_RawCalloc((size_t)d->many + 2, sizeof *d->begin);
    if (d->begin == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t n = 1; n < d->many; n++) {
            const int32_t *child, *end;
            if (edges_of(&d->edges, d->node[n], &child, &end) < 0)
                return -1;
            for (; child < end; child++) {
                int32_t to = d->number[*child];
                if (pass == 0)
                    d->begin[to + 1]++;
                else
                    d->before[--d->begin[to + 1]] = n;
            }
        }
        for (Py_ssize_t i = 0; i < starts->length; i++) {
            int32_t to = d->number[starts->at[i]];
            if (pass == 0)
                d->begin[to + 1]++;
            else
                d->before[--d->begin[to + 1]] = 0;
        }
        if (pass == 0) {
            for (int32_t n = 0; n <= d->many; n++)
                d->begin[n + 1] += d->begin[n];
            d->before = numbers(d->begin[d->many] + 1);
            if (d->before == NULL)
                return -1;
        }
    }
    /* filling moved each end down to its own beginning */
    return 0;
}

static int32_t evaluate(Dominators *d, int32_t n) {
    if (d->ancestor[n] < 0)
        return n;
    d->path.length = 0;
    int32_t at = n;
    while (d->ancestor[d->ancestor[at]] >= 0) {
        if (ints_push(&d->path, at) < 0)
            return -1;
        at = d->ancestor[at];
    }
    while (d->path.length > 0) {
        int32_t low = d->path.at[--d->path.length], up = d->ancestor[low];
        if (d->semi[d->label[up]] < d->semi[d->label[low]])
            d->label[low] = d->label[up];
        d->ancestor[low] = d->ancestor[up];
    }
    return d->label[n];
}

static int dominate(Dominators *d) {
    for (int32_t n = 0; n < d->many; n++) {
        d->semi[n] = d->label[n] = n;
        d->ancestor[n] = -1;
    }
    for (int32_t n = d->many - 1; n > 0; n--) {
        for (int64_t e = d->begin[n + 1]; e < d->begin[n + 2]; e++) {
            int32_t found = evaluate(d, d->before[e]);
            if (found < 0)
                return -1;
            if (d->semi[found] < d->semi[n])
                d->semi[n] = d->semi[found];
        }
        d->next[n] = d->bucket[d->semi[n]];
        d->bucket[d->semi[n]] = n;
        int32_t up = d->parent[n];
        d->ancestor[n] = up;
        for (int32_t one = d->bucket[up]; one != 0; one = d->next[one]) {
            int32_t found = evaluate(d, one);
            if (found < 0)
                return -1;
            d->idom[one] = d->semi[found] < d->semi[one] ? found : up;
        }
        d->bucket[up] = 0;
    }
    for (int32_t n = 1; n < d->many; n++)
        if (d->idom[n] != d->semi[n])
            d->idom[n] = d->idom[d->idom[n]];
    return 0;
}

/* (immediate dominators by node as int32: `nodes` for the root above all, -1 unreached;
 *  retained bytes by node as int64) */
static PyObject *answer(const Dominators *d, const int64_t *sizes) {
    Py_ssize_t nodes = d->edges.nodes;
    PyObject *above = PyBytes_FromStringAndSize(NULL, nodes * (Py_ssize_t)sizeof(int32_t));
    PyObject *kept = PyBytes_FromStringAndSize(NULL, nodes * (Py_ssize_t)sizeof(int64_t));
    PyObject *found = NULL;
    if (above != NULL && kept != NULL) {
        int32_t *idom = (int32_t *)PyBytes_AS_STRING(above);
        int64_t *retained = (int64_t *)PyBytes_AS_STRING(kept);
        for (Py_ssize_t node = 0; node < nodes; node++) {
            int32_t n = d->number[node];
            idom[node] = n == 0 ? -1 : d->idom[n] == 0 ? (int32_t)nodes : d->node[d->idom[n]];
            retained[node] = n == 0 ? 0 : sizes[node];
        }
        for (int32_t n = d->many - 1; n > 0; n--)
            if (d->idom[n] != 0)
                retained[d->node[d->idom[n]]] += retained[d->node[n]];
        found = PyTuple_Pack(2, above, kept);
    }
    Py_XDECREF(above);
    Py_XDECREF(kept);
    return found;
}

static PyObject *dominators(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *arrays, *array, *list, *found = NULL;
    if (!PyArg_ParseTuple(args, "OOO", &arrays, &array, &list))
        return NULL;
    Dominators d = {0};
    Py_buffer sizes = {0};
    Ints starts = {0};
    if (edges_open(&d.edges, arrays) < 0)
        return NULL;
    if (PyObject_GetBuffer(array, &sizes, PyBUF_ND) < 0)
        goto done;
    if (sizes.itemsize != sizeof(int64_t) || sizes.len / 8 < d.edges.nodes) {
        edges_wrong();
        goto done;
    }
    if (edges_nodes(&d.edges, list, &starts) < 0)
        goto done;
    Py_ssize_t room = d.edges.nodes + 2;
    int32_t **arrays_of[] = {&d.number, &d.node,   &d.parent, &d.semi, &d.label,
                             &d.ancestor, &d.bucket, &d.next,   &d.idom};
    for (size_t i = 0; i < sizeof arrays_of / sizeof *arrays_of; i++)
        if ((*arrays_of[i] = numbers(room)) == NULL)
            goto done;
    if (search(&d, &starts) == 0 && predecessors(&d, &starts) == 0 && dominate(&d) == 0)
        found = answer(&d, sizes.buf);
done:
    PyMem_RawFree(d.number);
    PyMem_RawFree(d.node);
    PyMem_RawFree(d.parent);
    PyMem_RawFree(d.semi);
    PyMem_RawFree(d.label);
    PyMem_RawFree(d.ancestor);
    PyMem_RawFree(d.bucket);
    PyMem_RawFree(d.next);
    PyMem_RawFree(d.idom);
    PyMem_RawFree(d.begin);
    PyMem_RawFree(d.before);
    ints_free(&d.path);
    ints_free(&starts);
    if (sizes.obj != NULL)
        PyBuffer_Release(&sizes);
    edges_close(&d.edges);
    return found;
}

PyMethodDef dominator_methods[] = {
    {"dominators", dominators, METH_VARARGS, "dominators(edges, sizes, starts)"},
    {NULL, NULL, 0, NULL},
};
