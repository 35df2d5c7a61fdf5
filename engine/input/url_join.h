/*
 * url_join: the address that a reference on a page means (RFC 3986, section 5.2), given the page's own. A pure function.
 */
#ifndef TOCSIN_URL_JOIN_H
#define TOCSIN_URL_JOIN_H

#include "base/buf.h"

/*
 * Replaces out by the address that ref means on the page at base. An absolute ref is itself; where base is no address with an
 * authority, or ref climbs by dot segments or is a fragment alone, which no canonical link should, out is base; without
 * a base it is ref.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_url_join(struct tcs_str base, struct tcs_str ref, struct tcs_buf *out);

#endif
