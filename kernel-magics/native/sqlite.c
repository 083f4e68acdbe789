/* What a connection of SQLite has in memory, by the statistics of SQLite itself.
 *
 * All in one stretch without the GIL.  Python binds parameters with the GIL
 * held: whoever waits for the GIL with the connection's mutex in hand would
 * wait for ever.  Without this part a connection is left alone, see
 * heap/adapters/sqlite.py.
 */
#include "native.h"

#include <dlfcn.h>

typedef struct {
    void *(*db_mutex)(void *);
    int (*mutex_try)(void *);
    void (*mutex_leave)(void *);
    int (*db_status)(void *, int, int *, int *, int);
} Library;

/* SQLITE_DBSTATUS_CACHE_USED, _SCHEMA_USED and _STMT_USED. */
static const int KINDS[] = {1, 2, 3};

/* The library that is loaded already: linked to this file, or into Python for NULL. */
static int library_open(Library *library, const char *path) {
    void *file = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
    if (file == NULL)
        return -1;
    /* as POSIX has it: a pointer to data is stored where one to a function is */
    *(void **)&library->db_mutex = dlsym(file, "sqlite3_db_mutex");
    *(void **)&library->mutex_try = dlsym(file, "sqlite3_mutex_try");
    *(void **)&library->mutex_leave = dlsym(file, "sqlite3_mutex_leave");
    *(void **)&library->db_status = dlsym(file, "sqlite3_db_status");
    dlclose(file);
    return library->db_mutex && library->mutex_try && library->mutex_leave && library->db_status
               ? 0
               : -1;
}

/* Bytes, or -1 while another thread is using it. */
static int64_t used(const Library *library, void *database) {
    void *mutex = library->db_mutex(database);
    if (library->mutex_try(mutex) != 0)
        return -1;
    int64_t bytes = 0;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        int now = 0, highest = 0;
        if (library->db_status(database, KINDS[i], &now, &highest, 0) == 0)
            bytes += (uint32_t)now;
    }
    library->mutex_leave(mutex);
    return bytes;
}

static PyObject *sqlite_used(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *connection;
    const char *path;
    if (!PyArg_ParseTuple(args, "Oz", &connection, &path))
        return NULL;
    if (strcmp(Py_TYPE(connection)->tp_name, "sqlite3.Connection") != 0 ||
        Py_TYPE(connection)->tp_basicsize < (Py_ssize_t)(sizeof(PyObject) + sizeof(void *)))
        return PyErr_Format(PyExc_TypeError, "this is no connection of sqlite3");
    /* its first field, NULL once it was closed */
    void *database = *(void **)(connection + 1);
    Library library;
    int64_t bytes = 0;
    if (database != NULL && library_open(&library, path) < 0)
        return PyErr_Format(PyExc_OSError, "no SQLite is loaded there");
    if (database != NULL) {
        Py_BEGIN_ALLOW_THREADS
        bytes = used(&library, database);
        Py_END_ALLOW_THREADS
    }
    if (bytes < 0)
        Py_RETURN_NONE;
    return PyLong_FromLongLong(bytes);
}

PyMethodDef sqlite_methods[] = {
    {"sqlite_used", sqlite_used, METH_VARARGS, "sqlite_used(connection, path)"},
    {NULL, NULL, 0, NULL},
};
