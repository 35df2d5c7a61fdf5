/*
 * A signal interrupts the thread that it is delivered to, which need not be the one that waits, hence the short waits.
 */
#include "base/ready.h"

#include <errno.h>
#include <poll.h>

bool tcs_ready_wait(int fd, short events, const atomic_bool *cancel, const atomic_bool *stop)
{
    struct pollfd asked = {.fd = fd, .events = events};

    do {
        int ready = poll(&asked, 1, TCS_READY_MILLISECONDS);

        if (ready > 0 || (ready < 0 && errno != EINTR))
            return true;
    } while (!tcs_ready_is_set(cancel) && !tcs_ready_is_set(stop));
    return false;
}
