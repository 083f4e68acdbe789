/* The books behind allochooks.c. */
#include "allocated.h"

#include <stdlib.h>

enum { FIRST = 256, MOST_EVENTS = 1 << 22 };

static size_t hash_of(const Frame *frames, int count, int cut) {
    uint64_t hash = (uint64_t)cut + 1;
    for (int i = 0; i < count; i++) {
        hash = (hash ^ (uintptr_t)frames[i].file) * 0x9E3779B97F4A7C15ull;
        hash = (hash ^ (uint64_t)frames[i].line) * 0x9E3779B97F4A7C15ull;
        hash ^= hash >> 29;
    }
    return (size_t)hash;
}

static int same(const Allocated *all, const Calls *calls, const Frame *frames, int count,
                int cut) {
    const Frame *its = all->frames + calls->first;
    if (calls->count != count || calls->cut != cut)
        return 0;
    for (int i = 0; i < count; i++)
        if (its[i].file != frames[i].file || its[i].line != frames[i].line)
            return 0;
    return 1;
}

static int widen(Allocated *all) {
    size_t room = all->table_room ? all->table_room * 2 : FIRST;
    int32_t *table = malloc(room * sizeof *table);
    if (table == NULL)
        return -1;
    for (size_t i = 0; i < room; i++)
        table[i] = -1;
    for (size_t number = 0; number < all->calls_used; number++) {
        size_t i = all->calls[number].hash & (room - 1);
        while (table[i] >= 0)
            i = (i + 1) & (room - 1);
        table[i] = (int32_t)number;
    }
    free(all->table);
    all->table = table;
    all->table_room = room;
    return 0;
}

/* The array with room for so many more; NULL without memory, and it is as it was. */
static void *reserved(void *at, size_t used, size_t more, size_t *room, size_t size) {
    if (used + more <= *room)
        return at;
    size_t wanted = *room ? *room * 2 : FIRST;
    void *wider = realloc(at, wanted * size);
    if (wider != NULL)
        *room = wanted;
    return wider;
}

static int room_for(Allocated *all, int count) {
    Frame *frames = reserved(all->frames, all->frames_used, (size_t)count, &all->frames_room,
                             sizeof *frames);
    if (frames == NULL)
        return -1;
    all->frames = frames;
    Calls *calls =
        reserved(all->calls, all->calls_used, 1, &all->calls_room, sizeof *calls);
    if (calls == NULL)
        return -1;
    all->calls = calls;
    return all->calls_used < INT32_MAX ? 0 : -1;
}

int32_t allocated_calls(Allocated *all, const Frame *frames, int count, int cut) {
    if (all->calls_used * 2 >= all->table_room && widen(all) < 0)
        return -1;
    size_t hash = hash_of(frames, count, cut), mask = all->table_room - 1, i = hash & mask;
    for (; all->table[i] >= 0; i = (i + 1) & mask)
        if (same(all, &all->calls[all->table[i]], frames, count, cut))
            return all->table[i];
    if (room_for(all, count) < 0)
        return -1;
    for (int j = 0; j < count; j++) {
        Py_INCREF(frames[j].file);
        all->frames[all->frames_used + (size_t)j] = frames[j];
    }
    int32_t number = (int32_t)all->calls_used++;
    all->calls[number] = (Calls){all->frames_used, hash, count, cut, 0, 0};
    all->frames_used += (size_t)count;
    return all->table[i] = number;
}

static int room_for_event(Allocated *all) {
    size_t used = all->events_used, room = all->events_room, also = room;
    if (used >= MOST_EVENTS)
        return -1;
    int32_t *by = reserved(all->event_calls, used, 1, &room, sizeof *by);
    if (by == NULL)
        return -1;
    all->event_calls = by;
    int64_t *what = reserved(all->event_bytes, used, 1, &also, sizeof *what);
    if (what == NULL)
        return -1;
    all->event_bytes = what;
    all->events_room = room;
    return 0;
}

static void event(Allocated *all, int32_t calls, int64_t bytes) {
    const int32_t *by = all->event_calls + all->events_used;
    const int64_t *what = all->event_bytes + all->events_used;
    /* what comes and goes over and over is told once: it leads to the same peak */
    if (all->events_used >= 2 && by[-1] == calls && by[-2] == calls && what[-1] == -bytes &&
        what[-2] == bytes)
        all->events_used -= 2;
    if (room_for_event(all) < 0) {
        all->unordered = 1;
        return;
    }
    all->event_calls[all->events_used] = calls;
    all->event_bytes[all->events_used++] = bytes;
}

void allocated_put(Allocated *all, Block block) {
    if (blocks_put(&all->blocks, block) < 0) {
        all->lost++;
        return;
    }
    all->calls[block.run].held += block.bytes;
    event(all, (int32_t)block.run, block.bytes);
}

void allocated_gone(Allocated *all, Block block, int64_t freed) {
    all->calls[block.run].held -= block.bytes;
    all->calls[block.run].freed += freed;
    event(all, (int32_t)block.run, -block.bytes);
}

Frame *allocated_drop(Allocated *all, size_t *count) {
    Frame *frames = all->frames;
    *count = all->frames_used;
    blocks_free(&all->blocks);
    free(all->calls);
    free(all->table);
    free(all->event_calls);
    free(all->event_bytes);
    *all = (Allocated){0};
    return frames;
}

size_t allocated_room(const Allocated *all) {
    return all->blocks.room * sizeof(Block) + all->frames_room * sizeof(Frame) +
           all->calls_room * sizeof(Calls) + all->table_room * sizeof(int32_t) +
           all->events_room * (sizeof(int32_t) + sizeof(int64_t));
}
