/* Making room in a table of addresses. */
#include "table.h"

int table_room(Table *table) {
    size_t room = table->keys == NULL ? 64 : (table->mask + 1) * 2;
    Table wider = {
        .keys = PyMem_RawCalloc(room, sizeof(uintptr_t)),
        .values = PyMem_RawMalloc(room * sizeof(int32_t)),
        .mask = room - 1,
        .used = table->used,
    };
    if (wider.keys == NULL || wider.values == NULL) {
        table_free(&wider);
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; table->keys != NULL && i <= table->mask; i++) {
        if (!table->keys[i])
            continue;
        size_t slot = table_slot(&wider, table->keys[i]);
        while (wider.keys[slot])
            slot = (slot + 1) & wider.mask;
        wider.keys[slot] = table->keys[i];
        wider.values[slot] = table->values[i];
    }
    table_free(table);
    *table = wider;
    return 0;
}

void table_free(Table *table) {
    PyMem_RawFree(table->keys);
    PyMem_RawFree(table->values);
    *table = (Table){0};
}
