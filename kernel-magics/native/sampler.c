/* A thread that reads the resident memory every few milliseconds and never takes the GIL,
 * so that also what happens inside one long call of a library is seen.
 *
 * One a process.  It touches nothing of Python's; a child that was forked has none.
 */
#include "native.h"

#if defined(__linux__)
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 4096 }; /* 40 s of readings; then the oldest go */

typedef struct {
    double at; /* seconds since 1970 */
    int64_t bytes;
} Reading;

static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int running, stop, hooked;
    long interval; /* ns */
    int file;
    int64_t page, peak;
    uint64_t written, taken;
    Reading readings[ROOM];
} sampler = {.lock = PTHREAD_MUTEX_INITIALIZER, .file = -1};

static int64_t resident(void) {
    char text[128];
    ssize_t length = pread(sampler.file, text, sizeof text - 1, 0);
    if (length <= 0)
        return -1;
    text[length] = 0;
    char *second = memchr(text, ' ', (size_t)length);
    return second == NULL ? -1 : strtoll(second, NULL, 10) * sampler.page;
}

/* The lock is held. */
static void read_now(void) {
    struct timespec now;
    int64_t bytes = resident();
    if (bytes < 0)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    sampler.readings[sampler.written++ % ROOM] =
        (Reading){(double)now.tv_sec + (double)now.tv_nsec * 1e-9, bytes};
    if (bytes > sampler.peak)
        sampler.peak = bytes;
}

static void *run(void *unused) {
    struct timespec next;
    pthread_mutex_lock(&sampler.lock);
    clock_gettime(CLOCK_MONOTONIC, &next);
    while (!sampler.stop) {
        read_now();
        next.tv_nsec += sampler.interval;
        next.tv_sec += next.tv_nsec / 1000000000;
        next.tv_nsec %= 1000000000;
        while (!sampler.stop &&
               pthread_cond_timedwait(&sampler.wake, &sampler.lock, &next) != ETIMEDOUT)
            ;
    }
    pthread_mutex_unlock(&sampler.lock);
    return unused;
}

static int make_wake(void) {
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(&sampler.wake, &clock);
    pthread_condattr_destroy(&clock);
    return failed;
}

static void in_child(void) {
    pthread_mutex_init(&sampler.lock, NULL);
    make_wake();
    if (sampler.running)
        close(sampler.file);
    sampler.running = 0;
}

static int begin(void) {
    if (!sampler.hooked) {
        if (make_wake() || pthread_atfork(NULL, NULL, in_child))
            return -1;
        sampler.hooked = 1;
        sampler.page = sysconf(_SC_PAGESIZE);
    }
    sampler.file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (sampler.file < 0)
        return -1;
    sampler.stop = 0;
    sampler.peak = 0;
    sampler.written = sampler.taken = 0;
    /* signals are for Python's main thread */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&sampler.thread, NULL, run, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        close(sampler.file);
        return -1;
    }
    sampler.running = 1;
    return 0;
}

static PyObject *sampler_begin(PyObject *Py_UNUSED(module), PyObject *args) {
    double seconds;
    if (!PyArg_ParseTuple(args, "d", &seconds))
        return NULL;
    if (!(seconds >= 0.001 && seconds < 1)) {
        PyErr_SetString(PyExc_ValueError, "an interval is from a millisecond to a second");
        return NULL;
    }
    if (!sampler.running) {
        sampler.interval = (long)(seconds * 1e9);
        if (begin() < 0)
            return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *sampler_take(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    static Reading copy[ROOM];
    pthread_mutex_lock(&sampler.lock);
    uint64_t from = sampler.taken;
    if (sampler.written > ROOM && from < sampler.written - ROOM)
        from = sampler.written - ROOM;
    Py_ssize_t many = (Py_ssize_t)(sampler.written - from);
    for (Py_ssize_t i = 0; i < many; i++)
        copy[i] = sampler.readings[(from + (uint64_t)i) % ROOM];
    sampler.taken = sampler.written;
    pthread_mutex_unlock(&sampler.lock);
    PyObject *found = PyList_New(many);
    for (Py_ssize_t i = 0; found != NULL && i < many; i++) {
        PyObject *one = Py_BuildValue("dL", copy[i].at, (long long)copy[i].bytes);
        if (one == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, i, one);
    }
    return found;
}

static PyObject *sampler_end(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    if (sampler.running) {
        pthread_mutex_lock(&sampler.lock);
        read_now();
        sampler.stop = 1;
        pthread_cond_signal(&sampler.wake);
        pthread_mutex_unlock(&sampler.lock);
        /* not letting the GIL go: the thread needs none, and ends at once */
        pthread_join(sampler.thread, NULL);
        sampler.running = 0;
        close(sampler.file);
    }
    return PyLong_FromLongLong(sampler.peak);
}

static PyObject *sampler_running(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) {
    return PyBool_FromLong(sampler.running);
}

PyMethodDef sampler_methods[] = {
    {"sampler_begin", sampler_begin, METH_VARARGS, "sampler_begin(seconds)"},
    {"sampler_take", sampler_take, METH_NOARGS, "sampler_take()"},
    {"sampler_end", sampler_end, METH_NOARGS, "sampler_end()"},
    {"sampler_running", sampler_running, METH_NOARGS, "sampler_running()"},
    {NULL, NULL, 0, NULL},
};
#else
PyMethodDef sampler_methods[] = {{NULL, NULL, 0, NULL}};
#endif
