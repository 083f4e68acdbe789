/* A table with open addressing, at most half full; what is taken out leaves no gap. */
#include "blocks.h"

#include <stdlib.h>

enum { FIRST = 256 };

static size_t place(const Blocks *blocks, uintptr_t at) {
    size_t mask = blocks->room - 1, i = blocks_hash(at) & mask;
    while (blocks->rows[i].at && blocks->rows[i].at != at)
        i = (i + 1) & mask;
    return i;
}

static int grow(Blocks *blocks) {
    Blocks wider = {NULL, blocks->room ? blocks->room * 2 : FIRST, blocks->used};
    wider.rows = calloc(wider.room, sizeof(Block));
    if (wider.rows == NULL)
        return -1;
    for (size_t i = 0; i < blocks->room; i++)
        if (blocks->rows[i].at)
            wider.rows[place(&wider, blocks->rows[i].at)] = blocks->rows[i];
    free(blocks->rows);
    *blocks = wider;
    return 0;
}

int blocks_put(Blocks *blocks, Block block) {
    if (blocks->used * 2 >= blocks->room && grow(blocks) < 0)
        return -1;
    size_t i = place(blocks, block.at);
    blocks->used += blocks->rows[i].at == 0;
    blocks->rows[i] = block;
    return 0;
}

const Block *blocks_find(const Blocks *blocks, uintptr_t at) {
    if (blocks->room == 0)
        return NULL;
    const Block *found = &blocks->rows[place(blocks, at)];
    return found->at ? found : NULL;
}

Block blocks_take(Blocks *blocks, uintptr_t at) {
    Block none = {0, 0, 0};
    if (blocks->room == 0)
        return none;
    size_t mask = blocks->room - 1, hole = place(blocks, at);
    Block taken = blocks->rows[hole];
    if (!taken.at)
        return none;
    /* rows behind it that would no longer be found move up */
    for (size_t i = (hole + 1) & mask; blocks->rows[i].at; i = (i + 1) & mask) {
        size_t home = blocks_hash(blocks->rows[i].at) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            blocks->rows[hole] = blocks->rows[i];
            hole = i;
        }
    }
    blocks->rows[hole] = none;
    blocks->used--;
    return taken;
}

void blocks_free(Blocks *blocks) {
    free(blocks->rows);
    *blocks = (Blocks){NULL, 0, 0};
}
