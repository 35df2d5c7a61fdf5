/*
 * codec: what the reader asks of a compressed format made of members. The formats live in gzip.c
 * and zstdin.c; the reader owns the loop over members, the limits and the search for the next
 * member after damage. Internal.
 *
 * Functions that return a status tell two kinds of failure apart by it: TOCSIN_E_IO and
 * TOCSIN_E_NOMEM are failures of reading itself, after which the call may be repeated; any other
 * is damage of the member.
 */
#ifndef TOCSIN_CODEC_H
#define TOCSIN_CODEC_H

#include "input/source.h"

/*
 * A member that is found by searching must decode this far, or to its end, before it is believed.
 */
#define TCS_CODEC_TRIAL_BYTES ((size_t)1024)
/* The stored bytes that such a trial may look at. */
#define TCS_CODEC_TRIAL_WINDOW ((size_t)192 * 1024)

struct tcs_codec {
    const char *name;
    const char *magic; /* the first bytes of a member that holds data */
    size_t magic_len;
    /*
     * At the bytes between members: passes over what may stand there (zero padding, skippable
     * frames) and the header of the next member. *found_out is false at the end of the input.
     * *start_out is the stored offset of the member, or of what damages it.
     */
    tocsin_status (*begin)(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err);
    /*
     * Decodes what it can of the member that began into out (cap >= 1). *len_out bytes are good,
     * whatever is returned. *is_end_out: the member's last byte is consumed (if damage is
     * returned as well: a wrong checksum).
     */
    tocsin_status (*decode)(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err);
    /*
     * Whether a member that can be believed begins at p. Costs the state whatever it was
     * decoding. *cost_out: the bytes that it took to decide.
     */
    bool (*is_credible)(void *state, const unsigned char *p, size_t len, size_t *cost_out);
    void (*free)(void *state);
};

struct tcs_inflate_backend;

/* NULL when memory cannot be had. */
void *tcs_gzip_new(const struct tcs_inflate_backend *backend);
void *tcs_zstdin_new(uint32_t window_log);
extern const struct tcs_codec tcs_gzip_codec;
extern const struct tcs_codec tcs_zstdin_codec;

#endif
