/* Blocks of memory by address, each with the run that made it.
 *
 * One table a process, which the hooks of birth.c write.  Callers hold its lock.
 */
#ifndef LEAKHUNTER_BLOCKS_H
#define LEAKHUNTER_BLOCKS_H

#include "native.h"

typedef struct {
    uintptr_t at; /* 0: free */
    int64_t bytes;
    int64_t run;
} Block;

typedef struct {
    Block *rows;
    size_t room, used; /* room is a power of two */
} Blocks;

/* -1 without memory. */
int blocks_put(Blocks *blocks, Block block);
/* Takes a block out; one with no address where it is not known. */
Block blocks_take(Blocks *blocks, uintptr_t at);
const Block *blocks_find(const Blocks *blocks, uintptr_t at);
void blocks_free(Blocks *blocks);

static inline size_t blocks_hash(uintptr_t at) {
    return (size_t)(((uint64_t)at >> 4) * 0x9E3779B97F4A7C15ull >> 32);
}

#endif
