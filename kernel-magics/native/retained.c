/* Questions to a tree of dominators; the twin is heap/twin_dominators.py.
 *
 * Above a node of the tree stands what alone leads to it; the number of nodes
 * stands for "nothing alone", -1 for what is not reached.
 */
#include "native.h"

typedef struct {
    Py_buffer buffers[3];
    const int32_t *above, *kind;
    const int64_t *retained;
    int32_t nodes;
} Tree;

static void tree_close(Tree *tree) {
    for (int i = 0; i < 3; i++)
        if (tree->buffers[i].obj != NULL)
            PyBuffer_Release(&tree->buffers[i]);
}

/* The arrays, which may be bytes; -1 with an exception where they do not belong together. */
static int tree_open(Tree *tree, PyObject *above, PyObject *retained, PyObject *kinds) {
    *tree = (Tree){0};
    PyObject *arrays[] = {above, retained, kinds};
    static const Py_ssize_t width[] = {4, 8, 4};
    for (int i = 0; i < 3; i++)
        if (PyObject_GetBuffer(arrays[i], &tree->buffers[i], PyBUF_SIMPLE) < 0) {
            tree_close(tree);
            return -1;
        }
    Py_ssize_t nodes = tree->buffers[0].len / width[0];
    for (int i = 0; i < 3; i++)
        if (tree->buffers[i].len != nodes * width[i] || nodes > INT32_MAX - 1) {
            tree_close(tree);
            return edges_wrong();
        }
    tree->above = tree->buffers[0].buf;
    tree->retained = tree->buffers[1].buf;
    tree->kind = tree->buffers[2].buf;
    tree->nodes = (int32_t)nodes;
    for (int32_t node = 0; node < tree->nodes; node++)
        if (tree->above[node] < -1 || tree->above[node] > tree->nodes || tree->above[node] == node) {
            tree_close(tree);
            return edges_wrong();
        }
    return 0;
}

/* ---- by class ---------------------------------------------------------------- */

/* Sum by class what the outermost objects of each retain. */
static int sum_up(const Tree *tree, int32_t *first, int32_t *next, int64_t *sums, int32_t *open,
                  Py_ssize_t many) {
    int32_t top = tree->nodes;
    for (int32_t node = 0; node <= top; node++)
        first[node] = -1;
    for (int32_t node = top - 1; node >= 0; node--) {
        if (tree->kind[node] < 0 || tree->kind[node] >= many)
            return edges_wrong();
        if (tree->above[node] < 0)
            continue;
        next[node] = first[tree->above[node]];
        first[tree->above[node]] = node;
    }
    int32_t at = first[top];
    while (at >= 0) {
        int32_t kind = tree->kind[at];
        if (open[kind]++ == 0)
            sums[kind] += tree->retained[at];
        int32_t down = first[at];
        while (down < 0) {
            open[tree->kind[at]]--;
            down = next[at];
            if (down < 0 && (at = tree->above[at]) == top)
                return 0;
        }
        at = down;
    }
    return 0;
}

static PyObject *by_kind(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *above, *retained, *kinds, *found = NULL;
    Py_ssize_t many;
    if (!PyArg_ParseTuple(args, "OOOn", &above, &retained, &kinds, &many))
        return NULL;
    Tree tree;
    if (tree_open(&tree, above, retained, kinds) < 0)
        return NULL;
    size_t nodes = (size_t)tree.nodes + 1;
    int32_t *first = PyMem_RawMalloc(nodes * sizeof *first);
    int32_t *next = PyMem_RawMalloc(nodes * sizeof *next);
    int32_t *open = PyMem_RawCalloc((size_t)Py_MAX(many, 0) + 1, sizeof *open);
    found = PyBytes_FromStringAndSize(NULL, Py_MAX(many, 0) * (Py_ssize_t)sizeof(int64_t));
    if (first == NULL || next == NULL || open == NULL || found == NULL) {
        PyErr_NoMemory();
        Py_CLEAR(found);
    } else {
        int64_t *sums = (int64_t *)PyBytes_AS_STRING(found);
        memset(sums, 0, (size_t)PyBytes_GET_SIZE(found));
        if (sum_up(&tree, first, next, sums, open, many) < 0)
            Py_CLEAR(found);
    }
    PyMem_RawFree(first);
    PyMem_RawFree(next);
    PyMem_RawFree(open);
    tree_close(&tree);
    return found;
}

/* ---- below one node ------------------------------------------------------------ */

/* Put a node where it belongs among the heaviest, of which there are at most `most`. */
static void insert(const Tree *tree, int32_t *heaviest, Py_ssize_t *length, Py_ssize_t most,
                   int32_t node) {
    Py_ssize_t at = *length;
    while (at > 0 && tree->retained[heaviest[at - 1]] < tree->retained[node])
        at--;
    if (at == most)
        return;
    Py_ssize_t last = *length < most ? (*length)++ : most - 1;
    memmove(heaviest + at + 1, heaviest + at, (size_t)(last - at) * sizeof *heaviest);
    heaviest[at] = node;
}

static PyObject *rest_by_kind(const Tree *tree, int32_t top, const Ints *heaviest, Py_ssize_t many) {
    int64_t *sums = PyMem_RawCalloc((size_t)many * 2 + 1, sizeof *sums);
    PyObject *found = sums == NULL ? PyErr_NoMemory() : PyDict_New();
    for (int32_t node = 0; found != NULL && node < tree->nodes; node++) {
        int32_t kind = tree->kind[node];
        if (tree->above[node] != top)
            continue;
        if (kind < 0 || kind >= many) {
            edges_wrong();
            Py_CLEAR(found);
            break;
        }
        sums[2 * kind]++;
        sums[2 * kind + 1] += tree->retained[node];
    }
    for (Py_ssize_t i = 0; found != NULL && i < heaviest->length; i++) {
        int32_t kind = tree->kind[heaviest->at[i]];
        sums[2 * kind]--;
        sums[2 * kind + 1] -= tree->retained[heaviest->at[i]];
    }
    for (Py_ssize_t kind = 0; found != NULL && kind < many; kind++) {
        if (sums[2 * kind] == 0)
            continue;
        PyObject *key = PyLong_FromSsize_t(kind);
        PyObject *pair = Py_BuildValue("LL", (long long)sums[2 * kind],
                                       (long long)sums[2 * kind + 1]);
        if (key == NULL || pair == NULL || PyDict_SetItem(found, key, pair) < 0)
            Py_CLEAR(found);
        Py_XDECREF(key);
        Py_XDECREF(pair);
    }
    PyMem_RawFree(sums);
    return found;
}

static PyObject *below(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *above, *retained, *kinds, *found = NULL;
    Py_ssize_t many, most;
    int top;
    if (!PyArg_ParseTuple(args, "OOOnin", &above, &retained, &kinds, &many, &top, &most))
        return NULL;
    Tree tree;
    if (tree_open(&tree, above, retained, kinds) < 0)
        return NULL;
    Ints heaviest = {0};
    if (most < 0 || most > tree.nodes)
        most = tree.nodes;
    heaviest.at = PyMem_RawMalloc(((size_t)most + 1) * sizeof *heaviest.at);
    if (heaviest.at == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (int32_t node = 0; most > 0 && node < tree.nodes; node++)
        if (tree.above[node] == top)
            insert(&tree, heaviest.at, &heaviest.length, most, node);
    PyObject *list = ints_list(&heaviest);
    PyObject *rest = list == NULL ? NULL : rest_by_kind(&tree, top, &heaviest, Py_MAX(many, 0));
    if (rest != NULL)
        found = PyTuple_Pack(2, list, rest);
    Py_XDECREF(list);
    Py_XDECREF(rest);
done:
    ints_free(&heaviest);
    tree_close(&tree);
    return found;
}

/* ---- without a tree ------------------------------------------------------------- */

static PyObject *sums(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *sizes, *kinds, *found = NULL;
    Py_ssize_t many;
    Py_buffer size = {0}, kind = {0};
    if (!PyArg_ParseTuple(args, "OOn", &sizes, &kinds, &many) ||
        PyObject_GetBuffer(sizes, &size, PyBUF_SIMPLE) < 0)
        return NULL;
    if (PyObject_GetBuffer(kinds, &kind, PyBUF_SIMPLE) < 0)
        goto done;
    Py_ssize_t nodes = kind.len / (Py_ssize_t)sizeof(int32_t);
    if (many < 0 || size.len != nodes * (Py_ssize_t)sizeof(int64_t)) {
        edges_wrong();
        goto done;
    }
    found = PyBytes_FromStringAndSize(NULL, 2 * many * (Py_ssize_t)sizeof(int64_t));
    if (found == NULL)
        goto done;
    int64_t *sum = memset(PyBytes_AS_STRING(found), 0, (size_t)PyBytes_GET_SIZE(found));
    for (Py_ssize_t node = 0; node < nodes; node++) {
        int32_t at = ((const int32_t *)kind.buf)[node];
        if (at < 0 || at >= many) {
            edges_wrong();
            Py_CLEAR(found);
            break;
        }
        sum[2 * at]++;
        sum[2 * at + 1] += ((const int64_t *)size.buf)[node];
    }
done:
    if (kind.obj != NULL)
        PyBuffer_Release(&kind);
    PyBuffer_Release(&size);
    return found;
}

PyMethodDef retained_methods[] = {
    {"by_kind", by_kind, METH_VARARGS, "by_kind(above, retained, kinds, many)"},
    {"sums", sums, METH_VARARGS, "sums(sizes, kinds, many)"},
    {"below", below, METH_VARARGS, "below(above, retained, kinds, many, node, most)"},
    {NULL, NULL, 0, NULL},
};
