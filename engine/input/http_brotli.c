/*
 * br (RFC 7932), the door to libbrotlidec. A stream has no magic and no checksum: bytes that look
 * like text are believed to be one only if all of them are, and bytes of which nothing decodes are
 * kept. After an error the library hands out no more of what it had decoded, so it is fed in small
 * steps, of which at most the last is lost.
 */
#include "input/http_coding.h"

#ifdef TCS_HAVE_BROTLI

#include <brotli/decode.h>

#define FEED_BYTES ((size_t)4 * 1024)

static tocsin_status fail_decoder(const BrotliDecoderState *decoder, size_t offset,
                                  struct tocsin_error *err)
{
    BrotliDecoderErrorCode code = BrotliDecoderGetErrorCode(decoder);

    if (code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES
        && code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES)
        return tcs_fail_nomem(err);
    return tcs_fail(err, TOCSIN_E_CORRUPT, NULL, offset, "the br body is damaged (%s)",
                    BrotliDecoderErrorString(code));
}

/* Appends what decodes. OK: the stream came to its end; what follows it is nothing. */
static tocsin_status decode(BrotliDecoderState *decoder, struct tcs_str bytes, size_t limit_bytes,
                            struct tcs_buf *out, struct tocsin_error *err)
{
    const uint8_t *next = (const uint8_t *)bytes.data, *end = next + bytes.len;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT;
    size_t start = out->len, fed = 0, room, left;
    uint8_t *to;
    tocsin_status st;

    while (result != BROTLI_DECODER_RESULT_SUCCESS) {
        st = tcs_http_make_room(out, start, limit_bytes, &room, err);
        if (st != TOCSIN_OK)
            return st;
        to = (uint8_t *)out->data + out->len;
        left = room;
        if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
            fed = (size_t)(end - next) < FEED_BYTES ? (size_t)(end - next) : FEED_BYTES;
        if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && !fed)
            return tcs_fail(err, TOCSIN_E_TRUNCATED, NULL, bytes.len, "the br body is cut off");
        result = BrotliDecoderDecompressStream(decoder, &fed, &next, &left, &to, NULL);
        out->len += room - left;
        st = tcs_http_check_limit(out, start, limit_bytes, err);
        if (st != TOCSIN_OK)
            return st;
        if (result == BROTLI_DECODER_RESULT_ERROR)
            return fail_decoder(decoder, (size_t)(next - (const uint8_t *)bytes.data), err);
    }
    return TOCSIN_OK;
}

tocsin_status tcs_http_unbrotli(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                                bool *is_undone_out, struct tocsin_error *err)
{
    BrotliDecoderState *decoder;
    struct tocsin_error damage = {0};
    size_t start = out->len;
    tocsin_status st;

    *is_undone_out = false;
    if (!bytes.len)
        return TOCSIN_OK;
    decoder = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!decoder)
        return tcs_fail_nomem(err);
    st = decode(decoder, bytes, limit_bytes, out, &damage);
    BrotliDecoderDestroyInstance(decoder);
    if (tcs_http_is_plain_text(bytes) && (st != TOCSIN_OK || out->len == start)
        && st != TOCSIN_E_NOMEM) {
        out->len = start;
        return TOCSIN_OK;
    }
    *is_undone_out = st == TOCSIN_OK || out->len > start;
    return st == TOCSIN_OK ? st : tcs_fail(err, st, NULL, damage.offset, "%s", damage.message);
}

#endif
