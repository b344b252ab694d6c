#include "base/text.h"
#include <stdio.h>
#include <string.h>

bool text_is_char(uint32_t c)
{
    if (c & TEXT_RAW)
        return c >= (TEXT_RAW | 0x80) && c <= (TEXT_RAW | 0xff);
    return c < TEXT_POINTS && (c < 0xd800 || c > 0xdfff);
}

/* Length of the sequence that starts with b; 0 if none does. */
static int length_of(unsigned char b)
{
    if (b < 0x80)
        return 1;
    return b < 0xc2 ? 0 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : b < 0xf5 ? 4 : 0;
}

/* The range of the second byte excludes overlong forms, surrogates and values above U+10FFFF (RFC 3629, section 4). */
static bool may_follow(unsigned char first, int i, unsigned char b)
{
    unsigned low = 0x80, high = 0xbf;
    if (i == 1) {
        low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : low;
        high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : high;
    }
    return b >= low && b <= high;
}

/* Length of the valid character at s; 0 if the n bytes are an incomplete one, -1 if invalid. */
static int sequence(const unsigned char *s, size_t n)
{
    int len = length_of(s[0]);
    if (len == 0)
        return -1;
    for (int i = 1; i < len; i++) {
        if ((size_t)i >= n)
            return 0;
        if (!may_follow(s[0], i, s[i]))
            return -1;
    }
    return len;
}

static bool follows(unsigned char b) { return (b & 0xc0) == 0x80; }

/* Fast path: in large non-ASCII texts most characters have two or three bytes and no special rule for the second. */
uint32_t text_decode(const char *text, size_t n, int *len)
{
    const unsigned char *s = (const unsigned char *)text;
    if (n > 2 && follows(s[1])) {
        if (s[0] >= 0xc2 && s[0] < 0xe0) {
            *len = 2;
            return (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
        }
        if (s[0] > 0xe0 && s[0] < 0xf0 && s[0] != 0xed && follows(s[2])) {
            *len = 3;
            return (s[0] & 0x0fu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
        }
    }
    *len = sequence(s, n);
    switch (*len) {
    case 1: return s[0];
    case 2: return (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
    case 3: return (s[0] & 0x0fu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
    case 4: return (s[0] & 0x07u) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
    default: *len = 1; return TEXT_RAW | s[0];
    }
}

int text_encode(uint32_t c, char out[TEXT_ENCODED])
{
    if (!text_is_char(c))
        return 0;
    if (c < 0x80 || c & TEXT_RAW) {
        out[0] = (char)(c & 0xff);
        return 1;
    }
    static const unsigned char mark[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    int n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(mark[n] | c);
    return n;
}

/* --- For messages --- */

static const char *word_for(uint32_t c)
{
    switch (c) {
    case '\t': return "tab";
    case '\n': return "newline";
    case '\r': return "carriage return";
    case ' ': return "space";
    case 0xa0: return "no-break space";
    case 0x3000: return "wide space";
    default: return NULL;
    }
}

static bool seen_alone(uint32_t c)
{
    return text_is_char(c) && !(c & TEXT_RAW) && text_width(c) > 0 && c != 0xad && (c < 0xe000 || c > 0xf8ff);
}

/* 'x', or "" if the character is not visible alone. */
static void in_quotes(uint32_t c, char buf[TEXT_ENCODED + 3])
{
    int n = 0;
    if (seen_alone(c)) {
        buf[0] = '\'';
        n = text_encode(c, buf + 1) + 2;
        buf[n - 1] = '\'';
    }
    buf[n] = '\0';
}

const char *text_quote(uint32_t c, char buf[TEXT_NAME])
{
    const char *word = word_for(c);
    char        quoted[TEXT_ENCODED + 3];
    in_quotes(c, quoted);
    if (word || *quoted)
        snprintf(buf, TEXT_NAME, "%s", word ? word : quoted);
    else if (c & TEXT_RAW)
        snprintf(buf, TEXT_NAME, "byte 0x%02x", (unsigned)(c & 0xff));
    else
        snprintf(buf, TEXT_NAME, "U+%04X", (unsigned)c);
    return buf;
}

const char *text_name(uint32_t c, char buf[TEXT_NAME])
{
    const char *word = word_for(c);
    char        quoted[TEXT_ENCODED + 3];
    in_quotes(c, quoted);
    if (c & TEXT_RAW || (!word && !*quoted))
        return text_quote(c, buf);
    snprintf(buf, TEXT_NAME, "U+%04X %s", (unsigned)c, word ? word : quoted);
    return buf;
}

static bool harmful(uint32_t c)
{
    if (c & TEXT_RAW)
        return (c & 0xff) < 0xa0;
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e ||
           c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *text_harmless(char *s)
{
    char  *out = s;
    size_t n = strlen(s);
    int    len;
    for (size_t at = 0; at < n; at += (size_t)len) {
        if (harmful(text_decode(s + at, n - at, &len)))
            *out++ = '?';
        else
            for (int k = 0; k < len; k++)
                *out++ = s[at + (size_t)k];
    }
    *out = '\0';
    return s;
}

/* --- Streaming output --- */

static const char replacement[3] = { '\xef', '\xbf', '\xbd' }; /* U+FFFD */

static size_t emit(char *out, const char *s, int len)
{
    if (len < 0) {
        memcpy(out, replacement, 3);
        return 3;
    }
    memcpy(out, s, (size_t)len);
    return (size_t)len;
}

/* Writes the held bytes that are decided. */
static size_t release(TextStream *s, char *out)
{
    size_t done = 0;
    while (s->n > 0) {
        int len = sequence((const unsigned char *)s->held, (size_t)s->n);
        if (len == 0)
            break;
        int used = len > 0 ? len : 1;
        done += emit(out + done, s->held, len > 0 ? len : -1);
        s->n -= used;
        memmove(s->held, s->held + used, (size_t)s->n);
    }
    return done;
}

size_t text_stream(TextStream *s, const char *in, size_t n, char *out)
{
    size_t done = 0;
    for (size_t i = 0; i < n; i++) {
        s->held[s->n++] = in[i];
        done += release(s, out + done);
    }
    return done;
}
