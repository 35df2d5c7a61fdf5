/*
 * ready: waits for the other end of a pipe, a socket or a terminal, which may never do its part, so that a flag ends the
 * wait. Any thread.
 */
#ifndef TOCSIN_READY_H
#define TOCSIN_READY_H

#include <stdatomic.h>
#include <stdbool.h>

/* How long it may take until a flag is seen. */
#define TCS_READY_MILLISECONDS 100

/*
 * True once one of the events of poll(2) is there for fd, or poll fails, which the read or write then tells; false where
 * none is and a flag is set. Flags may be NULL.
 */
bool tcs_ready_wait(int fd, short events, const atomic_bool *cancel, const atomic_bool *stop);

/* NULL is not set. */
static inline bool tcs_ready_is_set(const atomic_bool *flag)
{
    return flag && atomic_load(flag);
}

#endif
