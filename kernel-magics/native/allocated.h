/* What was allocated by which calls: what they hold, what was freed again, and in which order.
 *
 * Blocks of LARGE bytes and more are all noted.  Of smaller ones samples are,
 * one for each PERIOD bytes in the mean, and each stands for size / p bytes,
 * where p is the chance that a block of its size has to be noted: the sums are
 * right in the mean, and the more blocks, the nearer.
 *
 * A block that is resized goes over to the calls that resized it, as in
 * tracemalloc; it counts as allocated once, when it is freed or at the end.
 * Callers hold one lock around all of this.
 */
#ifndef LEAKHUNTER_ALLOCATED_H
#define LEAKHUNTER_ALLOCATED_H

#include "blocks.h"

enum { LARGE = 65536, PERIOD = 4096, MOST_FRAMES = 64 };

typedef struct {
    PyObject *file; /* a string */
    int line;
} Frame;

/* Calls, the innermost first. */
typedef struct {
    size_t first; /* frame */
    size_t hash;
    int count, cut; /* cut: there were more */
    int64_t held, freed;
} Calls;

typedef struct {
    Blocks blocks;
    Frame *frames;
    size_t frames_used, frames_room;
    Calls *calls;
    size_t calls_used, calls_room;
    int32_t *table; /* calls by hash, -1: free */
    size_t table_room;
    /* what came and went, in order: bytes by number of calls */
    int32_t *event_calls;
    int64_t *event_bytes;
    size_t events_used, events_room;
    int64_t lost;  /* blocks that could not be noted */
    int unordered; /* events that could not */
} Allocated;

/* The number of these calls, or -1 without memory; takes a reference to each file if they are new. */
int32_t allocated_calls(Allocated *all, const Frame *frames, int count, int cut);
void allocated_put(Allocated *all, Block block);
/* Takes a block out; `freed` are the bytes of it that are gone for good. */
void allocated_gone(Allocated *all, Block block, int64_t freed);
/* Drops everything and hands out the frames, whose files are to be let go. */
Frame *allocated_drop(Allocated *all, size_t *count);
size_t allocated_room(const Allocated *all);

#endif
