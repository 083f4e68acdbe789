/* What tracemalloc traced, summed by the calls that led to it.
 * The twin is in trace/stacks.py.
 */
#include "table.h"

typedef struct {
    PyObject *block; /* the first one of the stack, with its frames: owned */
    int64_t bytes;
    Py_ssize_t blocks;
} Stack;

typedef struct {
    Stack *at;
    Py_ssize_t length, room;
} Stacks;

static Stack *stacks_push(Stacks *stacks, PyObject *block) {
    if (stacks->length == stacks->room) {
        Py_ssize_t room = stacks->room ? stacks->room * 2 : 256;
        Stack *wider = room > INT32_MAX
                           ? NULL
                           : PyMem_RawRealloc(stacks->at, (size_t)room * sizeof(Stack));
        if (wider == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        stacks->at = wider;
        stacks->room = room;
    }
    Stack *fresh = &stacks->at[stacks->length++];
    *fresh = (Stack){.block = Py_NewRef(block)};
    return fresh;
}

static void stacks_free(Stacks *stacks) {
    for (Py_ssize_t i = 0; i < stacks->length; i++)
        Py_DECREF(stacks->at[i].block);
    PyMem_RawFree(stacks->at);
}

/* Is this (domain, bytes, frames, number of frames)? */
static int is_block(PyObject *block) {
    if (PyTuple_CheckExact(block) && PyTuple_GET_SIZE(block) == 4 &&
        PyLong_CheckExact(PyTuple_GET_ITEM(block, 1)))
        return 1;
    PyErr_SetString(PyExc_TypeError, "blocks as tracemalloc has them are needed");
    return 0;
}

static int add(Stacks *stacks, Table *places, PyObject *block) {
    if (!is_block(block))
        return -1;
    long long bytes = PyLong_AsLongLong(PyTuple_GET_ITEM(block, 1));
    if (bytes == -1 && PyErr_Occurred())
        return -1;
    int32_t next = (int32_t)stacks->length;
    int32_t *place = table_put(places, (uintptr_t)PyTuple_GET_ITEM(block, 2), next);
    if (place == NULL)
        return -1;
    Stack *stack = *place == next ? stacks_push(stacks, block) : &stacks->at[*place];
    if (stack == NULL)
        return -1;
    stack->bytes += bytes;
    stack->blocks++;
    return 0;
}

static PyObject *stacks_list(const Stacks *stacks) {
    PyObject *found = PyList_New(stacks->length);
    for (Py_ssize_t i = 0; found != NULL && i < stacks->length; i++) {
        const Stack *stack = &stacks->at[i];
        PyObject *row = Py_BuildValue("LnOO", (long long)stack->bytes, stack->blocks,
                                      PyTuple_GET_ITEM(stack->block, 2),
                                      PyTuple_GET_ITEM(stack->block, 3));
        if (row == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, i, row);
    }
    return found;
}

static PyObject *by_stack(PyObject *Py_UNUSED(module), PyObject *blocks) {
    if (!PyList_CheckExact(blocks)) {
        PyErr_SetString(PyExc_TypeError, "a list of blocks is needed");
        return NULL;
    }
    Stacks stacks = {0};
    Table places = {0};
    int failed = 0;
    /* nothing in this loop runs Python, so the list stays as it is */
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(blocks); i++)
        failed = add(&stacks, &places, PyList_GET_ITEM(blocks, i)) < 0;
    table_free(&places);
    PyObject *found = failed ? NULL : stacks_list(&stacks);
    stacks_free(&stacks);
    return found;
}

PyMethodDef trace_methods[] = {
    {"by_stack", by_stack, METH_O, "by_stack(blocks)"},
    {NULL, NULL, 0, NULL},
};
