/* Which node the object at an address is: one number for each 16 bytes of the memory that holds objects.
 *
 * Objects that lie side by side have their numbers side by side, so asking
 * costs a tenth of what a table of hashed addresses costs.
 */
#ifndef LEAKHUNTER_PLACES_H
#define LEAKHUNTER_PLACES_H

#include "bulk.h"

enum { LEAF = 1 << 12, FAN = 1 << 16, SLAB = 64 };

typedef struct {
    int32_t ***regions;     /* by the 16 highest of 48 bits: pages; NULL: none there */
    int32_t *page;          /* of the last question */
    uintptr_t last;         /* the 32 highest bits of the last question */
    Bulk *slabs;            /* memory of the pages, `SLAB` of them each */
    Py_ssize_t many, taken; /* slabs, and pages of the last one that are in use */
} Places;

int32_t *places_page(Places *places, uintptr_t key);
void places_free(Places *places);

/* Where the number of an address is; NULL with an exception. */
static inline int32_t *places_put(Places *places, PyObject *obj) {
    uintptr_t key = (uintptr_t)obj;
    int32_t *page = key >> 16 == places->last ? places->page : places_page(places, key);
    return page == NULL ? NULL : &page[key >> 4 & (LEAF - 1)];
}

#endif
