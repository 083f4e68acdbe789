/* numpy's default allocator (NEP 49), to be followed in place.
 *
 * A handler set by `PyDataMem_SetHandler` would be seen in one context of one
 * thread only, and every array made meanwhile would keep it.
 */
#ifndef LEAKHUNTER_NUMPYALLOC_H
#define LEAKHUNTER_NUMPYALLOC_H

#include "native.h"

/* As numpy's ndarraytypes.h has them; version 1 of the handler begins so. */
typedef struct {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t many, size_t size);
    void *(*realloc)(void *ctx, void *at, size_t size);
    void (*free)(void *ctx, void *at, size_t size);
} NumpyAllocator;

typedef struct {
    char name[127];
    uint8_t version;
    NumpyAllocator allocator;
} NumpyHandler;

/* The default handler, by `_ARRAY_API`; NULL with an exception that says why it is left alone. */
NumpyHandler *numpyalloc_handler(PyObject *capsule);

#endif
