#include "cli/live/base64.h"
#include <stdint.h>
#include <stdlib.h>

char *base64(const void *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = bytes;
    char                *text = n < SIZE_MAX / 2 ? malloc(n / 3 * 4 + 5) : NULL, *to = text;
    for (size_t i = 0; text && i < n; i += 3) {
        size_t   have = n - i < 3 ? n - i : 3;
        unsigned x = p[i] * 65536u + (have > 1 ? p[i + 1] * 256u : 0) + (have > 2 ? p[i + 2] : 0u);
        for (size_t k = 0; k < 4; k++)
            *to++ = k <= have ? digits[x >> (18 - 6 * k) & 63] : '=';
    }
    if (text)
        *to = '\0';
    return text;
}
