/* Making room in a table of addresses. */
#include "table.h"

#include "bulk.h"

int table_room(Table *table) {
    size_t room = table->keys == NULL ? 64 : (table->mask + 1) * 2;
    Bulk keys, values = {0};
    int failed = marks_begin(&keys, room * sizeof(uintptr_t)) < 0 ||
                 marks_begin(&values, room * sizeof(int32_t)) < 0;
    Table wider = {
        .keys = (uintptr_t *)keys.at,
        .values = (int32_t *)values.at,
        .mask = room - 1,
        .used = table->used,
    };
    if (failed) {
        table_free(&wider);
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
    size_t room = table->mask + 1;
    pages_free(table->keys, room * sizeof *table->keys);
    pages_free(table->values, room * sizeof *table->values);
    *table = (Table){0};
}
