/*
 * soundness: does the engine on this machine find what it must? For `doctor`: known faults of the library, tried out with
 * inputs of our own of the same shape. Keeps nothing.
 */
#ifndef TOCSIN_SOUNDNESS_H
#define TOCSIN_SOUNDNESS_H

#include "match/literals.h"

/*
 * Hyperscan 5.4.0 loses hits where a long literal ends in many equal bytes (intel/hyperscan #303, #353). *lost_from_out: the
 * least length, of 4 to 64 bytes, at which this library does; 0 for none. Ours are at most TCS_LITERAL_MAX long.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_soundness_of_tails(size_t *lost_from_out, struct tocsin_error *err);

#endif
