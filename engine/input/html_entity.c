/*
 * A name is letters and digits with or without a semicolon, so the longest match is either the
 * whole run of letters and digits with the semicolon behind it, or the longest old name (106 of
 * them, two to six letters, no semicolon) that the run begins with. Each question is one look into
 * a hash table.
 */
#include "input/html_entity.h"

#include <string.h>

struct entity {
    char name[33];
    uint8_t len;
    uint32_t cp[2];
};

#include "input/html_entities.inc"

_Static_assert(ENTITY_NAME_MAX < sizeof entities[0].name, "names fit");
_Static_assert(sizeof entities / sizeof entities[0] == ENTITY_COUNT, "the table is whole");

static uint32_t hash_name(const char *name, size_t len)
{
    uint32_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value * 31 + (unsigned char)name[i];
    return value * 0x9E3779B1u >> (32 - ENTITY_SLOT_BITS);
}

static const struct entity *find(const char *name, size_t len)
{
    uint32_t slot = hash_name(name, len);

    while (entity_slots[slot]) {
        const struct entity *entity = &entities[entity_slots[slot] - 1];

        if (entity->len == len && !memcmp(entity->name, name, len))
            return entity;
        slot = (slot + 1) & ((1u << ENTITY_SLOT_BITS) - 1);
    }
    return NULL;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

size_t tcs_html_entity_match(struct tcs_str text, uint32_t cp[2])
{
    const struct entity *entity = NULL;
    size_t run = 0, len;

    while (run < text.len && run < ENTITY_NAME_MAX && is_alnum(text.data[run]))
        run++;
    if (run && run < text.len && text.data[run] == ';')
        entity = find(text.data, run + 1);
    len = run < ENTITY_LEGACY_MAX ? run : ENTITY_LEGACY_MAX;
    for (; !entity && len >= ENTITY_LEGACY_MIN; len--)
        entity = find(text.data, len);
    if (!entity)
        return 0;
    cp[0] = entity->cp[0];
    cp[1] = entity->cp[1];
    return entity->len;
}

bool tcs_html_entity_at(size_t index, struct tcs_str *name, uint32_t cp[2])
{
    if (index >= ENTITY_COUNT)
        return false;
    *name = (struct tcs_str){entities[index].name, entities[index].len};
    cp[0] = entities[index].cp[0];
    cp[1] = entities[index].cp[1];
    return true;
}
