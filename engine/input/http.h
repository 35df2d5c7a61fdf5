/*
 * http: the head of an HTTP response as it stands in a WARC `response` block, and its body as it
 * was before transfer and content coding. Headers lie (docs/formats.md), so codings are believed
 * only where the bytes bear them out.
 */
#ifndef TOCSIN_HTTP_H
#define TOCSIN_HTTP_H

#include "base/buf.h"
#include "base/error.h"

struct tcs_http {
    unsigned status;             /* 0 where the block has no HTTP head */
    size_t body;                 /* offset of the body in the block */
    struct tcs_str content_type; /* value without parameters, as written */
    struct tcs_str charset;      /* the charset parameter, without quotes; empty if none */
    struct tcs_str content_encoding, transfer_encoding; /* as written; empty if none */
};

/*
 * Parses the head of block. A block that does not start with "HTTP/" has status 0 and body 0.
 * Never fails.
 */
void tcs_http_parse(struct tcs_str block, struct tcs_http *http);

/*
 * The body as the page's author wrote it: block.data + http->body, de-chunked and decompressed
 * (gzip, deflate, zstd, and br where Tocsin was built with it) where the headers say so and the
 * bytes bear it out; else as it is. *body_out points into block or into scratch. limit_bytes
 * bounds the decoded size (TOCSIN_E_LIMIT). Damage inside the body: what decoded before it is
 * delivered, and the status is TOCSIN_E_CORRUPT or _TRUNCATED with err filled. An encoding
 * that this build cannot undo is TOCSIN_E_UNSUPPORTED and delivers the bytes as they are; so does
 * TOCSIN_E_CORRUPT or _TRUNCATED where nothing of a br body decodes.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_http_body(struct tcs_str block, const struct tcs_http *http,
                                              size_t limit_bytes, struct tcs_buf *scratch,
                                              struct tcs_str *body_out, struct tocsin_error *err);

#endif
