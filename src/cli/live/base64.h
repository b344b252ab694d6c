#ifndef CLI_LIVE_BASE64_H
#define CLI_LIVE_BASE64_H
#include <stddef.h>

/* n bytes in base64 (RFC 4648, section 4, with padding), NUL-terminated and malloc'd; NULL if out of memory. */
char *base64(const void *bytes, size_t n);
#endif
