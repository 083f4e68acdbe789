/* Big arrays out of arenas, and their views. */
#include "bulk.h"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#endif

static void *claim(size_t size) {
    PyObjectArenaAllocator arenas;
    PyObject_GetArenaAllocator(&arenas);
    void *found = arenas.alloc(arenas.ctx, size);
    if (found == NULL)
        PyErr_NoMemory();
    return found;
}

static void give(void *at, size_t size) {
    PyObjectArenaAllocator arenas;
    PyObject_GetArenaAllocator(&arenas);
    arenas.free(arenas.ctx, at, size);
}

int bulk_begin(Bulk *bulk, size_t room) {
    *bulk = (Bulk){0};
    room = Py_MAX(room, 4096);
    bulk->at = claim(room);
    bulk->room = bulk->at == NULL ? 0 : room;
    return bulk->at == NULL ? -1 : 0;
}

int bulk_grow(Bulk *bulk, size_t more) {
    size_t room = Py_MAX(bulk->room + bulk->room / 2, bulk->length + more);
    char *at = claim(room);
    if (at == NULL)
        return -1;
    memcpy(at, bulk->at, bulk->length);
    give(bulk->at, bulk->room);
    bulk->at = at;
    bulk->room = room;
    return 0;
}

void bulk_free(Bulk *bulk) {
    if (bulk->at != NULL)
        give(bulk->at, bulk->room);
    *bulk = (Bulk){0};
}

/* ---- pages ----------------------------------------------------------------- */

/* From this size on pages of the system also cost less than setting to zero: the C
 * library clears blocks of up to 32 MB that it has seen before. */
enum { PAGES = 1 << 16 };

#ifdef MAP_ANONYMOUS
static void *mapped(size_t room) {
    void *at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static void *remapped(void *at, size_t old, size_t room) {
#ifdef MREMAP_MAYMOVE
    if (old >= PAGES) {
        void *moved = mremap(at, old, room, MREMAP_MAYMOVE);
        return moved == MAP_FAILED ? NULL : moved;
    }
#endif
    void *wider = mapped(room);
    if (wider != NULL && old > 0) {
        memcpy(wider, at, old);
        pages_free(at, old);
    }
    return wider;
}
#endif

void *pages_resize(void *at, size_t old, size_t room) {
    void *found;
#ifdef MAP_ANONYMOUS
    if (room >= PAGES)
        found = remapped(at, old, room);
    else
#endif
        found = PyMem_RawRealloc(at, room);
    if (found == NULL)
        PyErr_NoMemory();
    return found;
}

void pages_free(void *at, size_t room) {
#ifdef MAP_ANONYMOUS
    if (at != NULL && room >= PAGES)
        munmap(at, room);
    else
#endif
        PyMem_RawFree(at);
    (void)room;
}

int marks_begin(Bulk *marks, size_t room) {
    *marks = (Bulk){.room = Py_MAX(room, 1)};
#ifdef MAP_ANONYMOUS
    if (room >= PAGES)
        marks->at = mapped(room);
    else
#endif
        marks->at = PyMem_RawCalloc(marks->room, 1);
    if (marks->at == NULL)
        PyErr_NoMemory();
    return marks->at == NULL ? -1 : 0;
}

void marks_free(Bulk *marks) {
    pages_free(marks->at, marks->room);
    *marks = (Bulk){0};
}

/* ---- views ----------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Bulk bulk;
    char format[2];
    Py_ssize_t shape, stride;
} Numbers;

static void numbers_dealloc(Numbers *self) {
    PyTypeObject *type = Py_TYPE(self);
    bulk_free(&self->bulk);
    type->tp_free(self);
    Py_DECREF(type);
}

static int numbers_buffer(Numbers *self, Py_buffer *view, int flags) {
    if (PyBuffer_FillInfo(view, (PyObject *)self, self->bulk.at, (Py_ssize_t)self->bulk.length, 0,
                          flags) < 0)
        return -1;
    view->itemsize = self->stride;
    view->format = (flags & PyBUF_FORMAT) ? self->format : NULL;
    view->shape = (flags & PyBUF_ND) ? &self->shape : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &self->stride : NULL;
    return 0;
}

static PyType_Slot numbers_slots[] = {
    {Py_tp_doc, "The memory of an array of numbers."},
    {Py_tp_dealloc, numbers_dealloc},
    {Py_bf_getbuffer, numbers_buffer},
    {0, NULL},
};

static PyType_Spec numbers_spec = {
    .name = "leakhunter._native.Numbers",
    .basicsize = sizeof(Numbers),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = numbers_slots,
};

static PyTypeObject *numbers;

PyObject *bulk_view(Bulk *bulk, char code) {
    Numbers *owner = (Numbers *)numbers->tp_alloc(numbers, 0);
    if (owner == NULL)
        return NULL;
    owner->bulk = *bulk;
    *bulk = (Bulk){0};
    owner->format[0] = code;
    owner->stride = code == 'q' ? 8 : 4;
    owner->shape = (Py_ssize_t)owner->bulk.length / owner->stride;
    PyObject *view = PyMemoryView_FromObject((PyObject *)owner);
    Py_DECREF(owner);
    return view;
}

int bulk_ready(PyObject *module) {
    (void)module;
    if (numbers == NULL)
        numbers = (PyTypeObject *)PyType_FromSpec(&numbers_spec);
    return numbers == NULL ? -1 : 0;
}
