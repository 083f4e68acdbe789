/* Which run made which array of numpy's: its default allocator, watched in passing.
 *
 * The four functions of numpy's default handler are put behind ours, in place
 * (numpyalloc.h).  A block is what the allocator made it, so ours can come and go
 * at any time; a handler that the user sets is another one, and is not touched.
 * tracemalloc is told by numpy itself, outside of the handler.
 *
 * numpy may call without the GIL: everything here is behind one lock, and small
 * blocks, by far the most, take none.  Nothing of Python's is touched there.
 */
#include "blocks.h"
#include "numpyalloc.h"

#if defined(__linux__)
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { LEAST = 65536, FILTER = 1 << 16 };

typedef struct {
    int64_t held, made, blocks;
} Totals;

static struct {
    pthread_mutex_t lock;
    NumpyHandler *handler;
    NumpyAllocator own; /* numpy's */
    int hooked;    /* are ours in its place, or behind somebody's who came later? */
    atomic_int counting;
    int64_t run;
    Blocks blocks;
    Totals *totals; /* by run */
    int64_t runs;
    int64_t lost;
    /* how many blocks of the table have this hash; at 255 it stays */
    atomic_uchar filter[FILTER];
} birth = {.lock = PTHREAD_MUTEX_INITIALIZER};

static atomic_uchar *filtered(uintptr_t at) { return &birth.filter[blocks_hash(at) % FILTER]; }

/* ---- behind the lock ---------------------------------------------------- */

static int put(Block block) {
    /* what is on its way while the hooks go finds no totals */
    if (block.run >= birth.runs || blocks_put(&birth.blocks, block) < 0) {
        birth.lost++;
        return -1;
    }
    atomic_uchar *filter = filtered(block.at);
    if (*filter < 255)
        ++*filter;
    birth.totals[block.run].held += block.bytes;
    birth.totals[block.run].blocks++;
    return 0;
}

static void born(void *at, size_t bytes) {
    pthread_mutex_lock(&birth.lock);
    if (put((Block){(uintptr_t)at, (int64_t)bytes, birth.run}) == 0)
        birth.totals[birth.run].made += (int64_t)bytes;
    pthread_mutex_unlock(&birth.lock);
}

/* Before the block is given back: another thread may get the same address at once. */
static Block died(void *at) {
    pthread_mutex_lock(&birth.lock);
    Block block = blocks_take(&birth.blocks, (uintptr_t)at);
    if (block.at) {
        atomic_uchar *filter = filtered(block.at);
        if (*filter < 255)
            --*filter;
        birth.totals[block.run].held -= block.bytes;
        birth.totals[block.run].blocks--;
    }
    pthread_mutex_unlock(&birth.lock);
    return block;
}

static int known(const void *at) {
    return at != NULL &&
           atomic_load_explicit(filtered((uintptr_t)at), memory_order_relaxed) != 0;
}

static int counts(size_t bytes) {
    return bytes >= LEAST && atomic_load_explicit(&birth.counting, memory_order_relaxed);
}

/* ---- what numpy calls --------------------------------------------------- */

static void *hook_malloc(void *ctx, size_t size) {
    void *at = birth.own.malloc(ctx, size);
    if (at != NULL && counts(size))
        born(at, size);
    return at;
}

static void *hook_calloc(void *ctx, size_t many, size_t size) {
    void *at = birth.own.calloc(ctx, many, size);
    /* it would have failed if the product were too big */
    if (at != NULL && counts(many * size))
        born(at, many * size);
    return at;
}

static void *hook_realloc(void *ctx, void *old, size_t size) {
    Block block = known(old) ? died(old) : (Block){0, 0, 0};
    void *at = birth.own.realloc(ctx, old, size);
    if (at != NULL) {
        if (counts(size))
            born(at, size);
    } else if (block.at && size) {
        /* the old block stays where it is */
        pthread_mutex_lock(&birth.lock);
        put(block);
        pthread_mutex_unlock(&birth.lock);
    }
    return at;
}

static void hook_free(void *ctx, void *at, size_t size) {
    if (known(at))
        died(at);
    birth.own.free(ctx, at, size);
}
/* ---- in and out --------------------------------------------------------- */

static void before_fork(void) { pthread_mutex_lock(&birth.lock); }
static void after_fork(void) { pthread_mutex_unlock(&birth.lock); }

/* Room for the totals of this run and all before. */
static int reach(int64_t run) {
    if (run < birth.runs)
        return 0;
    int64_t many = run + run / 2 + 64;
    Totals *wider = realloc(birth.totals, (size_t)many * sizeof *wider);
    if (wider == NULL)
        return -1;
    memset(wider + birth.runs, 0, (size_t)(many - birth.runs) * sizeof *wider);
    birth.totals = wider;
    birth.runs = many;
    return 0;
}

static void forget(void) {
    blocks_free(&birth.blocks);
    for (size_t i = 0; i < FILTER; i++)
        birth.filter[i] = 0;
    free(birth.totals);
    birth.totals = NULL;
    birth.runs = birth.run = birth.lost = 0;
}

static int64_t run_of(uintptr_t at) {
    pthread_mutex_lock(&birth.lock);
    const Block *block = blocks_find(&birth.blocks, at);
    int64_t run = block ? block->run : -1;
    pthread_mutex_unlock(&birth.lock);
    return run;
}

/* Is a block of the hooked allocator seen to come and to go? */
static int proves(void) {
    NumpyAllocator *its = &birth.handler->allocator;
    void *at = its->malloc(its->ctx, LEAST);
    if (at == NULL)
        return 0;
    uintptr_t address = (uintptr_t)at;
    int seen = run_of(address) == 0;
    its->free(its->ctx, at, LEAST);
    return seen && run_of(address) < 0;
}

static void unhook(void) {
    NumpyAllocator *its = &birth.handler->allocator;
    birth.counting = 0;
    if (its->malloc == hook_malloc && its->calloc == hook_calloc &&
        its->realloc == hook_realloc && its->free == hook_free) {
        *its = birth.own;
        birth.hooked = 0;
    }
    pthread_mutex_lock(&birth.lock);
    forget();
    pthread_mutex_unlock(&birth.lock);
}

static PyObject *birth_begin(PyObject *Py_UNUSED(module), PyObject *capsule) {
    static int forks;
    if (birth.counting)
        Py_RETURN_NONE;
    if (!forks && pthread_atfork(before_fork, after_fork, after_fork))
        return PyErr_NoMemory();
    forks = 1;
    NumpyHandler *handler = numpyalloc_handler(capsule);
    if (handler == NULL)
        return NULL;
    pthread_mutex_lock(&birth.lock);
    int failed = reach(0);
    pthread_mutex_unlock(&birth.lock);
    if (failed)
        return PyErr_NoMemory();
    if (!birth.hooked) {
        birth.handler = handler;
        birth.own = handler->allocator;
        handler->allocator =
            (NumpyAllocator){birth.own.ctx, hook_malloc, hook_calloc, hook_realloc, hook_free};
        birth.hooked = 1;
    }
    birth.counting = 1;
    if (!proves()) {
        unhook();
        PyErr_SetString(PyExc_RuntimeError, "a block that was made was not seen");
        return NULL;
    }
    birth.totals[0].made = 0; /* the block that it was tried with */
    Py_RETURN_NONE;
}

static PyObject *birth_end(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    if (birth.counting)
        unhook();
    Py_RETURN_NONE;
}

static PyObject *birth_run(PyObject *Py_UNUSED(module), PyObject *number) {
    long long run = PyLong_AsLongLong(number);
    if (run == -1 && PyErr_Occurred())
        return NULL;
    if (run < 0 || run > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "runs are counted from 0");
        return NULL;
    }
    pthread_mutex_lock(&birth.lock);
    int failed = birth.counting ? reach(run) : 0;
    if (birth.counting && !failed)
        birth.run = run;
    pthread_mutex_unlock(&birth.lock);
    if (failed)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* ---- what is known ------------------------------------------------------ */

static PyObject *birth_totals(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    PyObject *found = PyDict_New();
    for (int64_t run = 0; found != NULL && run < birth.runs; run++) {
        pthread_mutex_lock(&birth.lock);
        Totals total = birth.totals[run];
        pthread_mutex_unlock(&birth.lock);
        if (!total.made && !total.held)
            continue;
        PyObject *key = PyLong_FromLongLong(run);
        PyObject *row = Py_BuildValue("LLL", (long long)total.held, (long long)total.made,
                                      (long long)total.blocks);
        if (key == NULL || row == NULL || PyDict_SetItem(found, key, row) < 0)
            Py_CLEAR(found);
        Py_XDECREF(key);
        Py_XDECREF(row);
    }
    return found;
}

static PyObject *birth_of(PyObject *Py_UNUSED(module), PyObject *addresses) {
    PyObject *list = PySequence_List(addresses);
    Py_ssize_t many = list ? PyList_GET_SIZE(list) : 0;
    for (Py_ssize_t i = 0; list != NULL && i < many; i++) {
        size_t at = PyLong_AsSize_t(PyList_GET_ITEM(list, i));
        PyObject *run = NULL;
        if (at != (size_t)-1 || !PyErr_Occurred()) {
            run = PyLong_FromLongLong(at ? run_of(at) : -1);
        }
        if (run == NULL)
            Py_CLEAR(list);
        else
            PyList_SetItem(list, i, run);
    }
    return list;
}

static PyObject *birth_about(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    pthread_mutex_lock(&birth.lock);
    long long blocks = (long long)birth.blocks.used, lost = birth.lost;
    long long kept = (long long)(birth.blocks.room * sizeof(Block)) +
                     (long long)birth.runs * (long long)sizeof(Totals);
    pthread_mutex_unlock(&birth.lock);
    return Py_BuildValue("iLLL", (int)birth.counting, blocks, lost, kept);
}

PyMethodDef birth_methods[] = {
    {"birth_begin", birth_begin, METH_O, "birth_begin(numpy's _ARRAY_API)"},
    {"birth_end", birth_end, METH_NOARGS, "birth_end()"},
    {"birth_run", birth_run, METH_O, "birth_run(number)"},
    {"birth_totals", birth_totals, METH_NOARGS,
     "birth_totals() -> {run: (bytes alive, bytes made, blocks alive)}"},
    {"birth_of", birth_of, METH_O, "birth_of(addresses) -> the run of each, or -1"},
    {"birth_about", birth_about, METH_NOARGS,
     "birth_about() -> (counting, blocks, blocks lost, bytes of ours)"},
    {NULL, NULL, 0, NULL},
};
#else
PyMethodDef birth_methods[] = {{NULL, NULL, 0, NULL}};
#endif
