/* Python's allocators and numpy's, followed while a trace is on: also what is freed again.
 *
 * tracemalloc forgets a block as it is freed.  Ours stand before the allocators
 * of Python's objects and memory (PEP 445) and before numpy's default one, and
 * pass everything through, so they can come and go at any time; they are tried
 * before they count.  The raw allocator, which native code may call without the
 * GIL, is left alone: Python's own big blocks come from it, and would count twice.
 *
 * To know the calls, the frames of a thread are walked while it allocates.  That
 * makes objects: they are passed through, and no collection may begin meanwhile.
 */
#include "allocated.h"
#include "numpyalloc.h"

#if defined(__linux__)
#include <frameobject.h> /* PyFrame_GetBack, in Python 3.10 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* What Python before 3.12 binds a method in while a trace function is set. */
enum { BOUND = 2 * sizeof(void *) + sizeof(PyCFunctionObject) };

enum { FILTER = 1 << 20, DOMAINS = 2 };

#if PY_VERSION_HEX < 0x030D0000
#define PyThreadState_GetUnchecked _PyThreadState_UncheckedGet
#endif

typedef struct {
    PyMemAllocatorDomain domain;
    PyMemAllocatorEx own;
    int in; /* are ours before it, or behind somebody's who came later? */
} Domain;

static struct {
    pthread_mutex_t lock;
    Domain domains[DOMAINS];
    NumpyHandler *numpy;
    NumpyAllocator numpy_own;
    int numpy_in;
    atomic_int counting;
    atomic_llong bound; /* bytes of blocks of that size */
    int depth;
    Allocated all;
    /* how many blocks of the table have this hash; at 255 it stays */
    atomic_uchar filter[FILTER];
} hooks = {.lock = PTHREAD_MUTEX_INITIALIZER,
           .domains = {{.domain = PYMEM_DOMAIN_MEM}, {.domain = PYMEM_DOMAIN_OBJ}}};

static _Thread_local struct {
    int busy;      /* what ours allocate themselves is passed through */
    int64_t left;  /* bytes until the next sample */
    uint64_t dice; /* 0: none drawn yet */
} mine;

/* ---- which blocks are noted --------------------------------------------- */

static double gap(void) {
    /* xorshift64*: the user's random numbers stay as they are */
    mine.dice ^= mine.dice >> 12;
    mine.dice ^= mine.dice << 25;
    mine.dice ^= mine.dice >> 27;
    uint64_t drawn = mine.dice * 0x2545F4914F6CDD1Dull >> 11;
    return -log(((double)drawn + 1) / 9007199254740993.0) * PERIOD;
}

/* Bytes that a small block stands for; 0 when it is not to be noted. */
static int64_t sampled(size_t size) {
    if (!mine.dice) {
        struct timespec now = {0};
        clock_gettime(CLOCK_MONOTONIC, &now);
        mine.dice = ((uint64_t)now.tv_nsec << 20 ^ (uintptr_t)&mine) | 1;
        mine.left += (int64_t)gap();
        if (mine.left >= 0)
            return 0;
    }
    mine.left = (int64_t)gap();
    int64_t bytes = (int64_t)((double)size / -expm1(-(double)size / PERIOD) + 0.5);
    if (size == BOUND)
        hooks.bound += bytes;
    return bytes;
}

static inline int64_t stands_for(size_t size) {
    if (!atomic_load_explicit(&hooks.counting, memory_order_relaxed) || mine.busy || !size)
        return 0;
    if (size >= LARGE)
        return size < INT64_MAX ? (int64_t)size : 0;
    mine.left -= (int64_t)size;
    return mine.left < 0 ? sampled(size) : 0;
}

/* ---- the books ----------------------------------------------------------- */

static atomic_uchar *filtered(uintptr_t at) { return &hooks.filter[blocks_hash(at) % FILTER]; }

/* The calls of this thread, the innermost first; none where it is not Python's. */
static int frames_now(Frame *frames, int *cut) {
    PyThreadState *thread = PyGILState_GetThisThreadState();
    if (thread == NULL || thread != PyThreadState_GetUnchecked() ||
        PyThreadState_GetInterpreter(thread) != PyInterpreterState_Main())
        return 0;
    int count = 0, collecting = PyGC_Disable();
    PyFrameObject *frame = PyThreadState_GetFrame(thread);
    while (frame != NULL && count < hooks.depth) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        frames[count++] = (Frame){Py_NewRef(code->co_filename), PyFrame_GetLineNumber(frame)};
        Py_DECREF(code);
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    }
    *cut = frame != NULL;
    Py_XDECREF(frame);
    if (collecting)
        PyGC_Enable();
    return count;
}

static void born(void *at, int64_t bytes) {
    Frame frames[MOST_FRAMES];
    int cut = 0;
    mine.busy = 1;
    int count = frames_now(frames, &cut);
    pthread_mutex_lock(&hooks.lock);
    int32_t calls = hooks.counting ? allocated_calls(&hooks.all, frames, count, cut) : -1;
    if (calls >= 0) {
        allocated_put(&hooks.all, (Block){(uintptr_t)at, bytes, calls});
        atomic_uchar *filter = filtered((uintptr_t)at);
        if (*filter < 255)
            ++*filter;
    }
    pthread_mutex_unlock(&hooks.lock);
    for (int i = 0; i < count; i++)
        Py_DECREF(frames[i].file);
    mine.busy = 0;
}

static int known(const void *at) {
    return at != NULL &&
           atomic_load_explicit(filtered((uintptr_t)at), memory_order_relaxed) != 0;
}

/* What a block loses when it is resized; a sample, which is smaller, goes on as another one. */
static int64_t cut_off(Block block, size_t size) {
    int64_t left = size < INT64_MAX ? (int64_t)size : INT64_MAX;
    return block.bytes >= LARGE && block.bytes > left ? block.bytes - left : 0;
}

/* A block is taken out, before another thread may get its address. */
static Block taken(void *at, int resized, size_t size) {
    pthread_mutex_lock(&hooks.lock);
    Block block = blocks_take(&hooks.all.blocks, (uintptr_t)at);
    if (block.at) {
        atomic_uchar *filter = filtered(block.at);
        if (*filter < 255)
            --*filter;
        allocated_gone(&hooks.all, block, resized ? cut_off(block, size) : block.bytes);
    }
    pthread_mutex_unlock(&hooks.lock);
    return block;
}

static void gone(void *at) { taken(at, 0, 0); }

/* It could not be resized, and is still there. */
static void put_back(Block block, size_t size) {
    pthread_mutex_lock(&hooks.lock);
    if (block.run < (int64_t)hooks.all.calls_used) {
        hooks.all.calls[block.run].freed -= cut_off(block, size);
        allocated_put(&hooks.all, block);
        atomic_uchar *filter = filtered(block.at);
        if (*filter < 255)
            ++*filter;
    }
    pthread_mutex_unlock(&hooks.lock);
}

/* ---- what Python and numpy call ------------------------------------------ */

static void *py_malloc(void *ctx, size_t size) {
    Domain *domain = ctx;
    void *at = domain->own.malloc(domain->own.ctx, size);
    int64_t bytes = at ? stands_for(size) : 0;
    if (bytes)
        born(at, bytes);
    return at;
}

static void *py_calloc(void *ctx, size_t many, size_t size) {
    Domain *domain = ctx;
    void *at = domain->own.calloc(domain->own.ctx, many, size);
    int64_t bytes = at ? stands_for(many * size) : 0;
    if (bytes)
        born(at, bytes);
    return at;
}

static void *py_realloc(void *ctx, void *old, size_t size) {
    Domain *domain = ctx;
    Block block = known(old) ? taken(old, 1, size) : (Block){0, 0, 0};
    void *at = domain->own.realloc(domain->own.ctx, old, size);
    int64_t bytes = at ? stands_for(size) : 0;
    if (bytes)
        born(at, bytes);
    else if (at == NULL && block.at)
        put_back(block, size);
    return at;
}

static void py_free(void *ctx, void *at) {
    Domain *domain = ctx;
    if (known(at))
        gone(at);
    domain->own.free(domain->own.ctx, at);
}

static void *np_malloc(void *ctx, size_t size) {
    void *at = hooks.numpy_own.malloc(ctx, size);
    int64_t bytes = at ? stands_for(size) : 0;
    if (bytes)
        born(at, bytes);
    return at;
}

static void *np_calloc(void *ctx, size_t many, size_t size) {
    void *at = hooks.numpy_own.calloc(ctx, many, size);
    int64_t bytes = at ? stands_for(many * size) : 0;
    if (bytes)
        born(at, bytes);
    return at;
}

static void *np_realloc(void *ctx, void *old, size_t size) {
    Block block = known(old) ? taken(old, 1, size) : (Block){0, 0, 0};
    void *at = hooks.numpy_own.realloc(ctx, old, size);
    int64_t bytes = at ? stands_for(size) : 0;
    if (bytes)
        born(at, bytes);
    else if (at == NULL && size && block.at)
        put_back(block, size);
    return at;
}

static void np_free(void *ctx, void *at, size_t size) {
    if (known(at))
        gone(at);
    hooks.numpy_own.free(ctx, at, size);
}

/* ---- in and out ---------------------------------------------------------- */

static void before_fork(void) { pthread_mutex_lock(&hooks.lock); }
static void after_fork(void) { pthread_mutex_unlock(&hooks.lock); }
static void in_child(void) {
    hooks.counting = 0;
    pthread_mutex_unlock(&hooks.lock);
}

static int has(uintptr_t at) {
    pthread_mutex_lock(&hooks.lock);
    int found = blocks_find(&hooks.all.blocks, at) != NULL;
    pthread_mutex_unlock(&hooks.lock);
    return found;
}

/* Is a block of this allocator seen to come and to go? */
static int python_proves(const Domain *domain) {
    int objects = domain->domain == PYMEM_DOMAIN_OBJ;
    void *at = objects ? PyObject_Malloc(LARGE) : PyMem_Malloc(LARGE);
    uintptr_t address = (uintptr_t)at;
    int seen = at != NULL && has(address);
    if (objects)
        PyObject_Free(at);
    else
        PyMem_Free(at);
    return seen && !has(address);
}

static int numpy_proves(void) {
    NumpyAllocator *its = &hooks.numpy->allocator;
    void *at = its->malloc(its->ctx, LARGE);
    uintptr_t address = (uintptr_t)at;
    int seen = at != NULL && has(address);
    if (at != NULL)
        its->free(its->ctx, at, LARGE);
    return seen && !has(address);
}

static int python_enter(Domain *domain) {
    /* it may be in still: somebody came later and went since, or is there yet */
    if (domain->in && python_proves(domain))
        return 0;
    PyMem_GetAllocator(domain->domain, &domain->own);
    PyMemAllocatorEx ours = {domain, py_malloc, py_calloc, py_realloc, py_free};
    PyMem_SetAllocator(domain->domain, &ours);
    domain->in = 1;
    return python_proves(domain) ? 0 : -1;
}

static void python_leave(Domain *domain) {
    PyMemAllocatorEx now;
    PyMem_GetAllocator(domain->domain, &now);
    if (domain->in && now.ctx == domain && now.malloc == py_malloc) {
        PyMem_SetAllocator(domain->domain, &domain->own);
        domain->in = 0;
    }
}

static int numpy_enter(PyObject *capsule) {
    NumpyHandler *handler = numpyalloc_handler(capsule);
    if (handler == NULL)
        return -1;
    hooks.numpy = handler;
    if (hooks.numpy_in && numpy_proves())
        return 0;
    hooks.numpy_own = handler->allocator;
    handler->allocator =
        (NumpyAllocator){hooks.numpy_own.ctx, np_malloc, np_calloc, np_realloc, np_free};
    hooks.numpy_in = 1;
    if (numpy_proves())
        return 0;
    PyErr_SetString(PyExc_RuntimeError, "a block of numpy's that was made was not seen");
    return -1;
}

static void numpy_leave(void) {
    if (!hooks.numpy_in)
        return;
    NumpyAllocator *its = &hooks.numpy->allocator;
    if (its->malloc == np_malloc && its->calloc == np_calloc && its->realloc == np_realloc &&
        its->free == np_free) {
        *its = hooks.numpy_own;
        hooks.numpy_in = 0;
    }
}

static void leave(void) {
    hooks.counting = 0;
    for (int i = 0; i < DOMAINS; i++)
        python_leave(&hooks.domains[i]);
    numpy_leave();
}

static void drop(void) {
    size_t count = 0;
    pthread_mutex_lock(&hooks.lock);
    Frame *frames = allocated_drop(&hooks.all, &count);
    for (size_t i = 0; i < FILTER; i++)
        hooks.filter[i] = 0;
    hooks.bound = 0;
    pthread_mutex_unlock(&hooks.lock);
    /* freeing them may call ours */
    for (size_t i = 0; i < count; i++)
        Py_DECREF(frames[i].file);
    free(frames);
}

static PyObject *allocations_begin(PyObject *Py_UNUSED(module), PyObject *number) {
    static int forks;
    long depth = PyLong_AsLong(number);
    if (depth == -1 && PyErr_Occurred())
        return NULL;
    if (depth < 1 || depth > MOST_FRAMES) {
        PyErr_SetString(PyExc_ValueError, "from 1 to 64 calls are kept");
        return NULL;
    }
    if (hooks.counting) {
        PyErr_SetString(PyExc_RuntimeError, "they are followed already");
        return NULL;
    }
    if (!forks && pthread_atfork(before_fork, after_fork, in_child))
        return PyErr_NoMemory();
    forks = 1;
    drop();
    hooks.depth = (int)depth;
    hooks.counting = 1;
    for (int i = 0; i < DOMAINS; i++)
        if (python_enter(&hooks.domains[i]) < 0) {
            leave();
            PyErr_SetString(PyExc_RuntimeError, "a block that was made was not seen");
            return NULL;
        }
    hooks.counting = 0;
    drop(); /* the blocks that it was tried with */
    hooks.counting = 1;
    Py_RETURN_NONE;
}

static PyObject *allocations_numpy(PyObject *Py_UNUSED(module), PyObject *capsule) {
    if (!hooks.counting) {
        PyErr_SetString(PyExc_RuntimeError, "nothing is followed");
        return NULL;
    }
    if (numpy_enter(capsule) < 0) {
        numpy_leave();
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *allocations_end(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    leave();
    Py_RETURN_NONE;
}

static PyObject *allocations_drop(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    leave();
    drop();
    Py_RETURN_NONE;
}

/* ---- what is known -------------------------------------------------------- */

static PyObject *row_of(const Calls *calls, const Frame *frames) {
    PyObject *places = PyTuple_New(calls->count);
    for (int i = 0; places != NULL && i < calls->count; i++) {
        const Frame *frame = &frames[calls->first + (size_t)i];
        PyObject *place = Py_BuildValue("Oi", frame->file, frame->line < 0 ? 0 : frame->line);
        if (place == NULL)
            Py_CLEAR(places);
        else
            PyTuple_SET_ITEM(places, i, place);
    }
    if (places == NULL)
        return NULL;
    return Py_BuildValue("NNLL", places, PyBool_FromLong(calls->cut), (long long)calls->held,
                         (long long)calls->freed);
}

static PyObject *allocations_take(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    /* copied: what is made here may be noted, and frames are only ever added */
    pthread_mutex_lock(&hooks.lock);
    size_t used = hooks.all.calls_used, many = hooks.all.frames_used;
    Calls *calls = malloc(used * sizeof *calls + 1);
    Frame *frames = malloc(many * sizeof *frames + 1);
    if (calls != NULL && frames != NULL && used) {
        memcpy(calls, hooks.all.calls, used * sizeof *calls);
        memcpy(frames, hooks.all.frames, many * sizeof *frames);
    }
    pthread_mutex_unlock(&hooks.lock);
    PyObject *found = calls && frames ? PyList_New((Py_ssize_t)used) : PyErr_NoMemory();
    for (size_t i = 0; found != NULL && i < used; i++) {
        PyObject *row = row_of(&calls[i], frames);
        if (row == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, (Py_ssize_t)i, row);
    }
    free(calls);
    free(frames);
    return found;
}

/* Is `begin` a list of ends in `to`, which has groups only? */
static int groups_are_right(const Py_buffer *begin, const Py_buffer *to, Py_ssize_t many) {
    Py_ssize_t rows = begin->len / (Py_ssize_t)sizeof(int32_t);
    Py_ssize_t length = to->len / (Py_ssize_t)sizeof(int32_t);
    const int32_t *begins = begin->buf, *groups = to->buf;
    int right = rows > 0 && begins[0] == 0 && begins[rows - 1] == length;
    for (Py_ssize_t i = 1; right && i < rows; i++)
        right = begins[i - 1] <= begins[i];
    for (Py_ssize_t i = 0; right && i < length; i++)
        right = groups[i] >= 0 && groups[i] < many;
    if (!right)
        PyErr_SetString(PyExc_ValueError, "these are no groups of calls");
    return right;
}

static void climb(const int32_t *begins, const int32_t *groups, size_t rows, int64_t *now,
                  int64_t *peak) {
    pthread_mutex_lock(&hooks.lock);
    for (size_t i = 0; i < hooks.all.events_used; i++) {
        size_t calls = (size_t)hooks.all.event_calls[i];
        if (calls >= rows)
            continue; /* came up since */
        for (int32_t j = begins[calls]; j < begins[calls + 1]; j++) {
            int64_t *sum = &now[groups[j]];
            *sum += hooks.all.event_bytes[i];
            if (*sum > peak[groups[j]])
                peak[groups[j]] = *sum;
        }
    }
    pthread_mutex_unlock(&hooks.lock);
}

static PyObject *allocations_peaks(PyObject *Py_UNUSED(module), PyObject *args) {
    Py_buffer begin, to;
    Py_ssize_t many;
    if (!PyArg_ParseTuple(args, "y*y*n", &begin, &to, &many))
        return NULL;
    PyObject *found = NULL;
    int64_t *sums = NULL;
    if (many < 0 || many > INT32_MAX)
        PyErr_SetString(PyExc_ValueError, "there are too many groups");
    else if (groups_are_right(&begin, &to, many)) {
        sums = calloc((size_t)many * 2 + 1, sizeof *sums);
        if (sums == NULL)
            PyErr_NoMemory();
        else {
            size_t rows = (size_t)begin.len / sizeof(int32_t) - 1;
            climb(begin.buf, to.buf, rows, sums, sums + many);
            found = PyList_New(many);
        }
    }
    for (Py_ssize_t i = 0; found != NULL && i < many; i++) {
        PyObject *peak = PyLong_FromLongLong(sums[many + i]);
        if (peak == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, i, peak);
    }
    free(sums);
    PyBuffer_Release(&begin);
    PyBuffer_Release(&to);
    return found;
}

static PyObject *allocations_about(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    pthread_mutex_lock(&hooks.lock);
    int complete = !hooks.all.unordered, in = hooks.numpy_in;
    long long lost = hooks.all.lost, room = (long long)allocated_room(&hooks.all);
    pthread_mutex_unlock(&hooks.lock);
    for (int i = 0; i < DOMAINS; i++)
        in |= hooks.domains[i].in;
    return Py_BuildValue("iiiLLL", (int)hooks.counting, in, complete, lost, room,
                         (long long)hooks.bound);
}

PyMethodDef allocation_methods[] = {
    {"allocations_begin", allocations_begin, METH_O, "allocations_begin(calls kept)"},
    {"allocations_numpy", allocations_numpy, METH_O, "allocations_numpy(numpy's _ARRAY_API)"},
    {"allocations_end", allocations_end, METH_NOARGS, "allocations_end(): what is known stays"},
    {"allocations_drop", allocations_drop, METH_NOARGS, "allocations_drop(): nothing stays"},
    {"allocations_take", allocations_take, METH_NOARGS,
     "allocations_take() -> [(frames, were there more, bytes held, bytes freed)]"},
    {"allocations_peaks", allocations_peaks, METH_VARARGS,
     "allocations_peaks(begins, groups, many) -> the highest sum of each group of calls"},
    {"allocations_about", allocations_about, METH_NOARGS,
     "allocations_about() -> (following, hooked, peaks are whole, blocks lost, bytes of ours, "
     "bytes in blocks as bound methods have)"},
    {NULL, NULL, 0, NULL},
};
#else
PyMethodDef allocation_methods[] = {{NULL, NULL, 0, NULL}};
#endif
