/* A table of addresses, each with a number. */
#ifndef LEAKHUNTER_TABLE_H
#define LEAKHUNTER_TABLE_H

#include "native.h"

typedef struct {
    uintptr_t *keys; /* 0: free */
    int32_t *values;
    size_t mask;
    Py_ssize_t used;
} Table;

static inline size_t table_slot(const Table *table, uintptr_t key) {
    return (size_t)(((key >> 4) * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & table->mask;
}

/* The number of an address, or -1. */
static inline int32_t table_get(const Table *table, uintptr_t key) {
    if (table->keys == NULL)
        return -1;
    for (size_t slot = table_slot(table, key); table->keys[slot]; slot = (slot + 1) & table->mask)
        if (table->keys[slot] == key)
            return table->values[slot];
    return -1;
}

int table_room(Table *table);
void table_free(Table *table);

/* The place of an address's number, which is `fresh` where it was not there; NULL with an exception. */
static inline int32_t *table_put(Table *table, uintptr_t key, int32_t fresh) {
    if ((table->keys == NULL || (size_t)table->used * 5 >= table->mask * 3) &&
        table_room(table) < 0)
        return NULL;
    size_t slot = table_slot(table, key);
    for (; table->keys[slot]; slot = (slot + 1) & table->mask)
        if (table->keys[slot] == key)
            return &table->values[slot];
    table->keys[slot] = key;
    table->values[slot] = fresh;
    table->used++;
    return &table->values[slot];
}

#endif
