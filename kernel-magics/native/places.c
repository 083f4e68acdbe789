/* Pages of numbers by address, made where they are needed. */
#include "places.h"

/* Memory for one more page, all 0. */
static int32_t *fresh(Places *places) {
    const size_t size = LEAF * sizeof(int32_t);
    if (places->many == 0 || places->taken == SLAB) {
        Bulk *slabs =
            PyMem_RawRealloc(places->slabs, ((size_t)places->many + 1) * sizeof *slabs);
        if (slabs == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        places->slabs = slabs;
        if (bulk_begin(&places->slabs[places->many], SLAB * size) < 0)
            return NULL;
        places->many++;
        places->taken = 0;
    }
    char *at = places->slabs[places->many - 1].at + (size_t)places->taken++ * size;
    return memset(at, 0, size);
}

int32_t *places_page(Places *places, uintptr_t key) {
    uintptr_t region = key >> 32;
    if (region >= FAN) {
        PyErr_SetString(PyExc_OverflowError, "an object lies beyond 48 bits");
        return NULL;
    }
    if (places->regions == NULL)
        places->regions = PyMem_RawCalloc(FAN, sizeof *places->regions);
    int32_t ***pages = places->regions == NULL ? NULL : &places->regions[region];
    if (pages != NULL && *pages == NULL)
        *pages = PyMem_RawCalloc(FAN, sizeof **pages);
    if (pages == NULL || *pages == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    int32_t **page = &(*pages)[key >> 16 & (FAN - 1)];
    if (*page == NULL && (*page = fresh(places)) == NULL)
        return NULL;
    places->last = key >> 16;
    return places->page = *page;
}

void places_free(Places *places) {
    for (Py_ssize_t i = 0; places->regions != NULL && i < FAN; i++)
        PyMem_RawFree(places->regions[i]);
    PyMem_RawFree(places->regions);
    for (Py_ssize_t i = 0; i < places->many; i++)
        bulk_free(&places->slabs[i]);
    PyMem_RawFree(places->slabs);
    *places = (Places){0};
}
