/* One multiplication finds the only candidate; its key, and for long names the name, decides. */
#include "input/html_tag.h"

#include <strings.h>

struct tag_info {
    uint64_t key;
    const char *name;
    uint8_t len;
};

static const struct tag_info tags[] = {
    {0, "", 0},
#define TAG_INFO(id, name, key, flags) {key, name, sizeof(name) - 1},
    TCS_HTML_TAGS(TAG_INFO)
#undef TAG_INFO
};
const uint8_t tcs_html_flags_of_tags[] = {
    0,
#define TAG_FLAGS(id, name, key, flags) flags,
    TCS_HTML_TAGS(TAG_FLAGS)
#undef TAG_FLAGS
};
static const uint8_t slots[] = {TCS_HTML_TAG_SLOTS};

_Static_assert(sizeof tags / sizeof tags[0] == TCS_HTML_TAG_COUNT, "an entry for each tag");
_Static_assert(sizeof slots == 1u << TCS_HTML_TAG_SLOT_BITS, "a slot for each hash");

enum tcs_html_tag tcs_html_tag_find(struct tcs_str name, uint64_t key)
{
    uint64_t hash = key * TCS_HTML_TAG_MULTIPLIER;
    uint8_t number = slots[hash >> (64 - TCS_HTML_TAG_SLOT_BITS)];
    const struct tag_info *tag = &tags[number];

    if (tag->key != key || tag->len != name.len)
        return TCS_HTML_TAG_OTHER;
    if (name.len > 8 && strncasecmp(name.data, tag->name, name.len) != 0)
        return TCS_HTML_TAG_OTHER;
    return (enum tcs_html_tag)number;
}

const char *tcs_html_tag_name(enum tcs_html_tag tag)
{
    return tags[tag].name;
}
