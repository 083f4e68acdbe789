/* Arrays of millions of numbers, in memory that goes back to the system when they go.
 *
 * The C library keeps blocks of this size for itself once it has seen some;
 * CPython's arenas come from the system and return to it.
 */
#ifndef LEAKHUNTER_BULK_H
#define LEAKHUNTER_BULK_H

#include "native.h"

typedef struct {
    char *at;
    size_t length, room; /* bytes */
} Bulk;

/* Room for so many bytes, not yet touched; -1 with an exception. */
int bulk_begin(Bulk *bulk, size_t room);
int bulk_grow(Bulk *bulk, size_t more);
void bulk_free(Bulk *bulk);

/* Marks for a question to a picture: zeros, of which only what is touched costs; -1 with an exception. */
int marks_begin(Bulk *marks, size_t room);
void marks_free(Bulk *marks);

/* A view of the numbers for Python, which owns their memory from then on; `code` is `i` or `q`. */
PyObject *bulk_view(Bulk *bulk, char code);

#define BULK_PUSH(bulk, type, value)                                                      \
    (((bulk)->length + sizeof(type) > (bulk)->room && bulk_grow((bulk), sizeof(type)) < 0) \
         ? -1                                                                             \
         : (*(type *)((bulk)->at + (bulk)->length) = (value),                             \
            (bulk)->length += sizeof(type), 0))

#endif
