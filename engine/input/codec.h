/*
 * codec: what the reader asks of a compressed format made of members, and the list of the formats.
 * Each lives in a file of its own (gzip.c, zstdin.c, bzip2in.c, xzin.c, lz4in.c); the reader owns
 * the loop over members, the limits and the search for the next member after damage. Internal.
 *
 * Functions that return a status tell two kinds of failure apart by it: TOCSIN_E_IO and
 * TOCSIN_E_NOMEM are failures of reading itself, after which the call may be repeated; any other
 * is damage of the member.
 */
#ifndef TOCSIN_CODEC_H
#define TOCSIN_CODEC_H

#include "input/source.h"

/*
 * A member that is found by searching must decode this far, or to its end, before it is believed; of gzip, which decodes
 * byte by byte, to the end of the input.
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
     * Between members: passes over what may stand there, as far as begin would go on in the same way behind it. What fails
     * here begin tells, too. NULL: nobody may begin in the middle of such an input.
     */
    tocsin_status (*pass)(void *state, struct tcs_source *source, struct tocsin_error *err);
    /* Would a new state do the same with all that follows? NULL: always, between members. */
    bool (*is_fresh)(const void *state);
    /*
     * Decodes what it can of the member that began into out (cap >= 1). *len_out bytes are good,
     * whatever is returned. *is_end_out: the member's last byte is consumed (if damage is
     * returned as well: a wrong checksum).
     */
    tocsin_status (*decode)(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err);
    /*
     * Decodes a member that just began to its end, if that is quick: if it lies in the window, decodes into out, and nothing
     * about it is wrong. Else false, and decode begins with it. NULL: never.
     */
    bool (*decode_whole)(void *state, struct tcs_source *source, unsigned char *out, size_t cap, size_t *len_out);
    /*
     * Whether a member that can be believed begins at p. The input ends at p + len if len is less
     * than TCS_CODEC_TRIAL_WINDOW. Costs the state whatever it was decoding. *cost_out: the bytes
     * that it took to decide.
     */
    bool (*is_credible)(void *state, const unsigned char *p, size_t len, size_t *cost_out);
    void (*free)(void *state);
};

struct tcs_inflate_backend;
struct tcs_inflate_whole;

/* whole may be NULL. NULL when memory cannot be had. */
void *tcs_gzip_new(const struct tcs_inflate_backend *backend, const struct tcs_inflate_whole *whole);
extern const struct tcs_codec tcs_gzip_codec;
void *tcs_zstdin_new(uint32_t window_log);
extern const struct tcs_codec tcs_zstdin_codec;
#ifdef TCS_HAVE_BZIP2
void *tcs_bzip2in_new(uint32_t zstd_window_log);
extern const struct tcs_codec tcs_bzip2in_codec;
#endif
#ifdef TCS_HAVE_LZMA
void *tcs_xzin_new(uint32_t zstd_window_log);
extern const struct tcs_codec tcs_xzin_codec;
#endif
#ifdef TCS_HAVE_LZ4
void *tcs_lz4in_new(uint32_t zstd_window_log);
extern const struct tcs_codec tcs_lz4in_codec;
#endif

/* A format that is known by its first bytes. */
struct tcs_codec_format {
    const char *name; /* as tcs_reader_codec has it */
    bool (*begins)(const unsigned char *p, size_t len);
    const struct tcs_codec *codec; /* NULL: this build cannot read it */
    void *(*make)(uint32_t zstd_window_log);
    const char *package; /* what to install before a build that can; NULL where there is none */
};

/*
 * The format of the bytes at the source's position, which stays where it is; NULL for none.
 * TOCSIN_E_IO.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_codec_sniff(struct tcs_source *source,
                                                const struct tcs_codec_format **format_out,
                                                struct tocsin_error *err);

/* The format of that name; NULL for none. */
const struct tcs_codec_format *tcs_codec_by_name(const char *name);

/* ---- what codecs share ---- */

/*
 * Passes over zero padding to the magic of the next member, called `what` in messages. *found_out
 * is false at the end of the input. TOCSIN_E_CORRUPT where something else stands there.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_codec_next_member(struct tcs_source *source, const char *magic,
                                                      size_t magic_len, const char *what,
                                                      bool *found_out, uint64_t *start_out,
                                                      struct tocsin_error *err);
/* Passes over zeros, which may stand between and behind members. */
TOCSIN_MUST_CHECK tocsin_status tcs_codec_skip_padding(struct tcs_source *source, struct tocsin_error *err);
uint32_t tcs_codec_load_le32(const unsigned char *p);
/* Whether a skippable frame begins at p; zstd and lz4 have them in common. */
bool tcs_codec_is_skippable(const unsigned char *p, size_t len);
/* Passes over the skippable frame at the source's position, whatever its size. */
TOCSIN_MUST_CHECK tocsin_status tcs_codec_skip_frame(struct tcs_source *source, const char *name,
                                                     struct tocsin_error *err);

#endif
