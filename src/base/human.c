#include "base/human.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

Human human_count(int64_t n)
{
    char digits[24];
    int  len = snprintf(digits, sizeof digits, "%" PRId64, n), at = 0;
    Human h = { "" };
    for (int i = 0; i < len; i++) {
        h.s[at++] = digits[i];
        int left = len - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            h.s[at++] = ',';
    }
    return h;
}

/* No '.' from printf: it would follow the locale. */
Human human_bytes(size_t n)
{
    static const char *const unit[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double x = (double)n;
    int    i = 0, tenths;
    Human  h;
    for (; x >= 1023.5; i++)
        x /= 1024;
    tenths = (int)(x * 10 + 0.5);
    if (i == 0)
        snprintf(h.s, sizeof h.s, "%zu byte%s", n, n == 1 ? "" : "s");
    else if (x < 9.95)
        snprintf(h.s, sizeof h.s, "%d.%d %s", tenths / 10, tenths % 10, unit[i]);
    else
        snprintf(h.s, sizeof h.s, "%.0f %s", x, unit[i]);
    return h;
}

/* Round before splitting: 59.7 s is "1 m 00 s", not "60 s". */
Human human_seconds(double seconds)
{
    Human h = { "?" };
    if (!(seconds >= 0) || seconds > 1e9)
        return h;
    if (seconds < 9.95) {
        snprintf(h.s, sizeof h.s, "%.1f s", seconds);
        return h;
    }
    long s = lround(seconds);
    if (s < 60)
        snprintf(h.s, sizeof h.s, "%ld s", s);
    else if (s < 3600)
        snprintf(h.s, sizeof h.s, "%ld m %02ld s", s / 60, s % 60);
    else if ((s + 30) / 60 < 24 * 60)
        snprintf(h.s, sizeof h.s, "%ld h %02ld m", (s + 30) / 3600, (s + 30) / 60 % 60);
    else
        snprintf(h.s, sizeof h.s, "%ld d %02ld h", (s + 1800) / 86400, (s + 1800) / 3600 % 24);
    return h;
}

/* White space has its own symbols. */
static const char *sign(uint32_t c, bool utf8)
{
    switch (c) {
    case ' ':  return utf8 ? "␣" : "' '";
    case '\n': return utf8 ? "⏎" : "\\n";
    case '\t': return utf8 ? "⇥" : "\\t";
    default:   return NULL;
    }
}

Human human_char(uint32_t c, bool utf8)
{
    Human       h = { "" };
    const char *known = sign(c, utf8);
    if (known)
        snprintf(h.s, sizeof h.s, "%s", known);
    else if (c & TEXT_RAW)
        snprintf(h.s, sizeof h.s, "<%02x>", (unsigned)(c & 0xff));
    else if (c < 0x20 || c == 0x7f)
        snprintf(h.s, sizeof h.s, "^%c", (int)(c ^ 0x40));
    else if (c < 0x7f || (utf8 && text_is_char(c) && text_width(c) > 0))
        text_encode(c, h.s);
    else
        snprintf(h.s, sizeof h.s, "U+%04" PRIX32, c);
    return h;
}
