#include "numpyalloc.h"

#if defined(__linux__)
#include <stdio.h>

enum { FEATURE = 211, DEFAULT_HANDLER = 306, FIRST_FEATURE = 0xf }; /* numpy 1.22 */

/* Could all of this be written to?  A later numpy may keep it in read-only memory. */
static int writable(const void *from, size_t length) {
    uintptr_t begin = (uintptr_t)from, end = begin + length;
    FILE *maps = fopen("/proc/self/maps", "re");
    int found = 0;
    char line[512];
    while (maps != NULL && !found && fgets(line, sizeof line, maps) != NULL) {
        unsigned long low, high;
        char mode[5];
        if (sscanf(line, "%lx-%lx %4s", &low, &high, mode) == 3)
            found = low <= begin && end <= high && mode[0] == 'r' && mode[1] == 'w';
    }
    if (maps != NULL)
        fclose(maps);
    return found;
}

NumpyHandler *numpyalloc_handler(PyObject *capsule) {
    void **api = PyCapsule_GetPointer(capsule, NULL);
    if (api == NULL)
        return NULL;
    unsigned (*feature)(void) = (unsigned (*)(void))api[FEATURE];
    if (feature() < FIRST_FEATURE) {
        PyErr_SetString(PyExc_RuntimeError, "this numpy is older than 1.22");
        return NULL;
    }
    PyObject *held = *(PyObject **)api[DEFAULT_HANDLER];
    NumpyHandler *handler = held ? PyCapsule_GetPointer(held, "mem_handler") : NULL;
    if (handler == NULL)
        return NULL;
    const NumpyAllocator *its = &handler->allocator;
    if (memcmp(handler->name, "default_allocator", sizeof "default_allocator") ||
        handler->version != 1 || !its->malloc || !its->calloc || !its->realloc || !its->free ||
        !writable(handler, sizeof *handler)) {
        PyErr_SetString(PyExc_RuntimeError, "this numpy allocates in a way that is not known");
        return NULL;
    }
    return handler;
}
#endif
