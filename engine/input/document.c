/* A plain array of fields that is kept between documents, so that a warm worker does not allocate. */
#include "input/document.h"

#include <stdlib.h>

void tcs_document_reset(struct tcs_document *doc)
{
    struct tcs_field *fields = doc->fields;
    size_t cap = doc->field_cap;

    *doc = (struct tcs_document){.fields = fields, .field_cap = cap};
}

void tcs_document_release(struct tcs_document *doc)
{
    free(doc->fields);
    *doc = (struct tcs_document){0};
}

tocsin_status tcs_document_add(struct tcs_document *doc, const char *name, enum tcs_role role,
                               struct tcs_str text)
{
    tocsin_status st = TCS_GROW(doc->fields, doc->field_cap, doc->field_count + 1);

    if (st != TOCSIN_OK)
        return st;
    doc->fields[doc->field_count++] = (struct tcs_field){.name = name, .role = role, .text = text};
    return TOCSIN_OK;
}

unsigned tcs_document_roles(const struct tcs_document *doc)
{
    unsigned roles = 0;
    size_t i;

    for (i = 0; i < doc->field_count; i++)
        roles |= 1U << doc->fields[i].role;
    return roles;
}
