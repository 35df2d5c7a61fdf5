/*
 * The public functions: one walk over the tokens for the flat text, with the fields' bookkeeping
 * beside it.
 */
#include "input/html.h"

#include <stdlib.h>
#include <string.h>

#include "input/html_cut.h"
#include "input/html_fields.h"
#include "input/html_flat.h"
#include "input/html_tree.h"

struct page {
    struct tcs_html_fields fields;
    struct tcs_html_tree tree;
};

void tcs_html_scratch_release(struct tcs_html_scratch *scratch)
{
    tcs_buf_release(&scratch->flat);
    tcs_buf_release(&scratch->title);
    tcs_buf_release(&scratch->og_title);
    tcs_buf_release(&scratch->lead);
    tcs_buf_release(&scratch->text);
    tcs_buf_release(&scratch->url);
    tcs_buf_release(&scratch->date);
    tcs_buf_release(&scratch->source);
    tcs_buf_release(&scratch->lang);
    tcs_buf_release(&scratch->work);
    tcs_buf_release(&scratch->clean);
    tcs_buf_release(&scratch->attrs);
    tcs_buf_release(&scratch->fields);
    free(scratch->spans);
    free(scratch->cuts);
    free(scratch->lines);
    *scratch = (struct tcs_html_scratch){0};
}

tocsin_status tcs_html_flatten(struct tcs_str html, struct tcs_html_scratch *scratch,
                               struct tocsin_error *err)
{
    if (tcs_html_walk(html, scratch, TCS_HTML_WANTS_ALL, NULL, NULL) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return TOCSIN_OK;
}

static tocsin_status step_page(void *context, const struct tcs_html_token *token)
{
    struct page *page = context;
    bool is_in_svg = page->tree.open_count[TCS_HTML_TAG_SVG] != 0;
    tocsin_status st = tcs_html_fields_step(&page->fields, token, is_in_svg);

    if (token->kind == TCS_HTML_END)
        tcs_html_tree_finish(&page->tree);
    else if (st == TOCSIN_OK)
        st = tcs_html_tree_step(&page->tree, token);
    return st;
}

static tocsin_status add_fields(struct tcs_html_scratch *s, struct tcs_document *doc)
{
    struct tcs_str title = tcs_buf_view(s->title.len ? &s->title : &s->og_title);
    tocsin_status st = TOCSIN_OK;

    if (title.len)
        st = tcs_document_add(doc, "title", TCS_ROLE_TITLE, title);
    if (st == TOCSIN_OK && s->lead.len)
        st = tcs_document_add(doc, "lead", TCS_ROLE_LEAD, tcs_buf_view(&s->lead));
    if (st == TOCSIN_OK && s->text.len)
        st = tcs_document_add(doc, "text", TCS_ROLE_TEXT, tcs_buf_view(&s->text));
    return st;
}

static void set_if_found(struct tcs_str *target, const struct tcs_buf *found)
{
    if (found->len)
        *target = tcs_buf_view(found);
}

static void set_metadata(const struct tcs_html_scratch *s, const char *date_from,
                         struct tcs_document *doc)
{
    set_if_found(&doc->url, &s->url);
    set_if_found(&doc->source, &s->source);
    set_if_found(&doc->lang, &s->lang);
    if (date_from) {
        doc->date = tcs_buf_view(&s->date);
        doc->date_from = (struct tcs_str){date_from, strlen(date_from)};
    }
}

tocsin_status tcs_html_document(struct tcs_str html, struct tcs_html_scratch *scratch,
                                struct tcs_document *doc, struct tocsin_error *err)
{
    struct page page;
    tocsin_status st;

    tcs_html_fields_init(&page.fields, scratch);
    tcs_html_tree_init(&page.tree, scratch);
    st = tcs_html_walk(html, scratch, TCS_HTML_WANTS_FIELDS, step_page, &page);
    if (st == TOCSIN_OK)
        st = tcs_html_cut_main_text(scratch, page.tree.span_count, scratch->flat.len, &scratch->text);
    if (st == TOCSIN_OK)
        st = add_fields(scratch, doc);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    set_metadata(scratch, page.fields.date_from, doc);
    return TOCSIN_OK;
}

tocsin_status tcs_html_decode_fields(struct tcs_document *doc, struct tcs_html_scratch *scratch,
                                     struct tocsin_error *err)
{
    struct tcs_buf *out = &scratch->fields;
    tocsin_status st = TOCSIN_OK;
    size_t at = 0, i;

    tcs_buf_reset(out);
    for (i = 0; i < doc->field_count && st == TOCSIN_OK; i++) {
        struct tcs_str *text = &doc->fields[i].text;

        if (!doc->fields[i].is_html)
            continue;
        st = tcs_html_walk(*text, scratch, TCS_HTML_WANTS_NONE, NULL, NULL);
        if (st == TOCSIN_OK)
            st = tcs_buf_append_str(out, tcs_buf_view(&scratch->flat));
        text->len = scratch->flat.len;
    }
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    for (i = 0; i < doc->field_count; i++) { /* out has stopped moving */
        if (!doc->fields[i].is_html)
            continue;
        doc->fields[i].text.data = out->data + at;
        doc->fields[i].is_html = false;
        at += doc->fields[i].text.len;
    }
    return TOCSIN_OK;
}
