/*
 * The file form: a header, and arrays as they are in memory, each filled up to 8 bytes, so that a sieve of a large lexicon
 * is used where its bytes stand: sides, pieces, what each of them needs, literals, guards, endings and trie, texts of the
 * literals, the engine's part.
 */
#include <stdlib.h>
#include <string.h>

#include "match/sieve_parts.h"

struct file_header {
    uint32_t form, piece_count, context_count, literal_count, check_count, text_bytes, next_count, left_count;
    uint64_t engine_bytes;
};

static size_t padding(size_t bytes)
{
    return (8 - bytes % 8) % 8;
}

static tocsin_status put_array(struct tcs_buf *out, const void *items, size_t count, size_t size)
{
    tocsin_status st = tcs_buf_append(out, items, count * size);

    return st == TOCSIN_OK ? tcs_buf_append(out, "\0\0\0\0\0\0\0", padding(count * size)) : st;
}

/* The lengths and the bytes of literals that the engine's part does not hold. */
static tocsin_status gather_texts(const struct tcs_literals *literals, struct tcs_buf *lengths, struct tcs_buf *bytes)
{
    size_t count = tcs_literals_count(literals);
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    for (i = 0; i < count && st == TOCSIN_OK && !tcs_literals_are_in_engine(count); i++) {
        struct tcs_str text = tcs_literals_text(literals, i);

        st = tcs_buf_putc(lengths, (char)text.len);
        if (st == TOCSIN_OK)
            st = tcs_buf_append_str(bytes, text);
    }
    return st;
}

static tocsin_status put_arrays(const struct tcs_sieve *sieve, struct file_header *header, struct tcs_buf *out)
{
    struct tcs_buf lengths = {0}, texts = {0};
    const struct {
        const void *items;
        size_t count, size;
    } arrays[] = {{&sieve->sides, 1, sizeof sieve->sides},
                  {sieve->pieces, sieve->piece_count, sizeof *sieve->pieces},
                  {sieve->context_of, sieve->piece_count, sizeof *sieve->context_of},
                  {sieve->contexts, sieve->context_count, sizeof *sieve->contexts},
                  {sieve->side_of, sieve->piece_count, sizeof *sieve->side_of},
                  {sieve->sights, header->literal_count, sizeof *sieve->sights},
                  {sieve->guards.admitted, header->next_count, sizeof *sieve->guards.admitted},
                  {sieve->guards.touching, header->left_count, sizeof *sieve->guards.touching},
                  {sieve->first_check, header->literal_count + (size_t)1, sizeof *sieve->first_check},
                  {sieve->checks, header->check_count, sizeof *sieve->checks},
                  {sieve->endings.items, sieve->endings.count, sizeof *sieve->endings.items}};
    tocsin_status st = gather_texts(sieve->literals, &lengths, &texts);
    size_t i;

    header->text_bytes = (uint32_t)texts.len;
    if (st == TOCSIN_OK)
        st = put_array(out, header, 1, sizeof *header);
    for (i = 0; i < sizeof arrays / sizeof *arrays && st == TOCSIN_OK; i++)
        st = put_array(out, arrays[i].items, arrays[i].count, arrays[i].size);
    if (st == TOCSIN_OK)
        st = tcs_trie_save(sieve->trie, out);
    if (st == TOCSIN_OK)
        st = put_array(out, lengths.data, lengths.len, 1);
    if (st == TOCSIN_OK)
        st = put_array(out, texts.data, texts.len, 1);
    tcs_buf_release(&lengths);
    tcs_buf_release(&texts);
    return st;
}

tocsin_status tcs_sieve_save(const struct tcs_sieve *sieve, struct tcs_buf *out, struct tocsin_error *err)
{
    size_t literals = tcs_literals_count(sieve->literals), at = out->len, engine_at;
    struct file_header header = {.form = (uint32_t)tcs_sieve_literals_form(sieve->syntax),
                                 .piece_count = (uint32_t)sieve->piece_count,
                                 .context_count = (uint32_t)sieve->context_count,
                                 .literal_count = (uint32_t)literals,
                                 .check_count = sieve->first_check[literals],
                                 .next_count = (uint32_t)sieve->guards.next_count,
                                 .left_count = (uint32_t)sieve->guards.left_count};
    tocsin_status st = put_arrays(sieve, &header, out);

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    engine_at = out->len;
    st = tcs_literals_save(sieve->literals, out, err);
    if (st != TOCSIN_OK)
        return st;
    header.engine_bytes = out->len - engine_at;
    memcpy(out->data + at, &header, sizeof header);
    return TOCSIN_OK;
}

/* ---- loading ---- */

/* Cuts an array off the front of bytes; NULL where it is not all there. */
static const void *take_array(struct tcs_str *bytes, size_t count, size_t size)
{
    const void *array = bytes->data;
    size_t len;

    if (count > bytes->len / size)
        return NULL;
    len = count * size + padding(count * size);
    if (len > bytes->len)
        return NULL;
    *bytes = (struct tcs_str){bytes->data + len, bytes->len - len};
    return array;
}

static bool take_pieces(struct tcs_str *bytes, const struct file_header *header, struct tcs_sieve *sieve)
{
    const struct tcs_sides *sides = take_array(bytes, 1, sizeof *sides);
    size_t i;

    if (!sides)
        return false;
    sieve->sides = *sides;
    sieve->piece_count = header->piece_count;
    sieve->context_count = header->context_count;
    sieve->pieces = take_array(bytes, sieve->piece_count, sizeof *sieve->pieces);
    sieve->context_of = take_array(bytes, sieve->piece_count, sizeof *sieve->context_of);
    sieve->contexts = take_array(bytes, sieve->context_count, sizeof *sieve->contexts);
    sieve->side_of = take_array(bytes, sieve->piece_count, sizeof *sieve->side_of);
    if (!sieve->pieces || !sieve->context_of || !sieve->contexts || !sieve->side_of)
        return false;
    for (i = 0; i < sieve->piece_count; i++)
        if (sieve->side_of[i] >= TCS_SIDES_MAX || sieve->context_of[i] >= sieve->context_count)
            return false;
    return true;
}

static tocsin_status take_sights(struct tcs_str *bytes, const struct file_header *header, struct tcs_sieve *sieve)
{
    const void *admitted, *touching; /* byte sets */
    size_t i;

    sieve->sights = take_array(bytes, header->literal_count, sizeof *sieve->sights);
    admitted = take_array(bytes, header->next_count, sizeof(tcs_byte_set));
    touching = take_array(bytes, header->left_count, sizeof(tcs_byte_set));
    if (!sieve->sights || !admitted || !touching)
        return TOCSIN_E_CORRUPT;
    for (i = 0; i < header->literal_count; i++)
        if (sieve->sights[i].next >= header->next_count || sieve->sights[i].left >= header->left_count)
            return TOCSIN_E_CORRUPT;
    return tcs_guards_open(&sieve->guards, admitted, header->next_count, touching, header->left_count);
}

static bool take_tables(struct tcs_str *bytes, const struct file_header *header, struct tcs_sieve *sieve)
{
    sieve->first_check = take_array(bytes, header->literal_count + (size_t)1, sizeof *sieve->first_check);
    sieve->checks = take_array(bytes, header->check_count, sizeof *sieve->checks);
    sieve->endings.items = take_array(bytes, header->piece_count, sizeof *sieve->endings.items);
    sieve->endings.count = header->piece_count;
    return sieve->first_check && sieve->checks && sieve->endings.items;
}

/* The literals, where the engine's part does not hold them; the caller frees them, also where this fails. */
static tocsin_status take_texts(struct tcs_str *bytes, const struct file_header *header, struct tcs_str **texts_out)
{
    size_t count = tcs_literals_are_in_engine(header->literal_count) ? 0 : header->literal_count, at = 0, i;
    const uint8_t *lengths = take_array(bytes, count, 1);
    const char *text = lengths ? take_array(bytes, header->text_bytes, 1) : NULL;
    struct tcs_str *texts;

    if (!text)
        return TOCSIN_E_CORRUPT;
    if (!count)
        return TOCSIN_OK;
    texts = calloc(count, sizeof *texts);
    *texts_out = texts;
    for (i = 0; texts && i < count; at += lengths[i++]) {
        if (!lengths[i] || lengths[i] > TCS_LITERAL_MAX || lengths[i] > header->text_bytes - at)
            return TOCSIN_E_CORRUPT;
        texts[i] = (struct tcs_str){text + at, lengths[i]};
    }
    return texts ? TOCSIN_OK : TOCSIN_E_NOMEM;
}

/* All of the file form but the engine's part, which stays in bytes. */
static tocsin_status take_sieve(struct tcs_str *bytes, struct tcs_sieve *sieve, struct file_header *header,
                                struct tcs_str **texts_out)
{
    const struct file_header *first = take_array(bytes, 1, sizeof *first);
    tocsin_status st;

    if (!first || first->form != (uint32_t)tcs_sieve_literals_form(sieve->syntax))
        return TOCSIN_E_CORRUPT;
    *header = *first;
    if (!take_pieces(bytes, header, sieve))
        return TOCSIN_E_CORRUPT;
    st = take_sights(bytes, header, sieve);
    if (st == TOCSIN_OK && !take_tables(bytes, header, sieve))
        st = TOCSIN_E_CORRUPT;
    if (st == TOCSIN_OK)
        st = tcs_trie_open(bytes, &sieve->trie);
    if (st == TOCSIN_OK)
        st = take_texts(bytes, header, texts_out);
    return st == TOCSIN_OK && header->engine_bytes != bytes->len ? TOCSIN_E_CORRUPT : st;
}

tocsin_status tcs_sieve_load(struct tcs_str bytes, enum tcs_syntax syntax, struct tcs_sieve **sieve_out,
                             bool *recompiled_out, struct tocsin_error *err)
{
    struct tcs_sieve *sieve = calloc(1, sizeof *sieve);
    struct file_header header;
    struct tcs_str *texts = NULL;
    tocsin_status st;

    if (!sieve)
        return tcs_fail_nomem(err);
    sieve->syntax = syntax;
    sieve->is_loaded = true;
    st = take_sieve(&bytes, sieve, &header, &texts);
    if (st == TOCSIN_E_NOMEM)
        (void)tcs_fail_nomem(err);
    else if (st != TOCSIN_OK)
        (void)tcs_fail(err, st, NULL, 0, "the sieve's part of the database is damaged; compile it again");
    else
        st = tcs_literals_load(texts, NULL, header.literal_count, true, bytes, &sieve->literals, recompiled_out, err);
    free(texts);
    if (st != TOCSIN_OK) {
        tcs_sieve_free(sieve);
        return st;
    }
    *sieve_out = sieve;
    return TOCSIN_OK;
}
