#include "files/counted.h"
#include "base/bytes.h"
#include <stdlib.h>
#include <string.h>

enum { DISCOUNTS_AT = 8, KINDS = 3, NARROW = 256 };

static size_t width(int V) { return V <= NARROW ? 1 : 2; }

static size_t discount_at(int level, int kind) { return DISCOUNTS_AT + 8 * (size_t)(level * KINDS + kind); }

size_t counted_bytes(const Prior *p) { return COUNTED_HEAD + p->sorted.n * width(p->discounts.V); }

static void write_head(const Prior *p, char *out)
{
    store_u32(out, (uint32_t)p->sorted.n);
    store_u32(out + 4, (uint32_t)p->discounts.order);
    for (int k = 0; k < COUNT_LEVELS; k++)
        for (int r = 0; r < KINDS; r++)
            store_f64(out + discount_at(k, r), p->discounts.of[k][r]);
}

void counted_write(const Prior *p, char *out)
{
    const Sorted *s = &p->sorted;
    write_head(p, out);
    out += COUNTED_HEAD;
    for (uint32_t i = 0; i < s->n; i++, out += width(p->discounts.V))
        if (p->discounts.V <= NARROW)
            *out = (char)sorted_token(s, i);
        else
            store_u16(out, (uint16_t)sorted_token(s, i));
}

uint64_t counted_says(const char *p, int V) { return COUNTED_HEAD + (uint64_t)load_u32(p) * width(V); }

static bool read_discounts(Discounts *d, const char *p, int V, Err *err)
{
    uint32_t order = load_u32(p + 4);
    *d = (Discounts){ .order = (int)order, .V = V };
    if (order > SORTED_DEPTH)
        return err_set(err, "its counts have contexts of %u tokens: at most %d are possible", order, SORTED_DEPTH);
    for (int k = 0; k < COUNT_LEVELS; k++)
        for (int r = 0; r < KINDS; r++) {
            double x = d->of[k][r] = load_f64(p + discount_at(k, r));
            if (!(x > 0 && x <= r + 1))
                return err_set(err, "its counts have a discount of %g: it must be above 0 and at most %d", x, r + 1);
        }
    return true;
}

static bool read_tokens(Corpus *c, const char *p, int V, Err *err)
{
    c->n = c->n_train = load_u32(p);
    if (c->n == 0)
        return err_set(err, "its counts are those of an empty text");
    if (V <= NARROW)
        c->narrow = malloc(c->n);
    else
        c->wide = malloc(c->n * sizeof *c->wide);
    if (!c->narrow && !c->wide)
        return err_set(err, "out of memory for the %zu tokens that it counts", c->n);
    p += COUNTED_HEAD;
    for (size_t i = 0; i < c->n; i++, p += width(V)) {
        int token = V <= NARROW ? (unsigned char)*p : load_u16(p);
        if (token >= V)
            return err_set(err, "its counted text has token %d, and its vocabulary has only %d", token, V);
        if (V <= NARROW)
            c->narrow[i] = (uint8_t)token;
        else
            c->wide[i] = (uint16_t)token;
    }
    return true;
}

bool counted_read(Prior *prior, const char *p, int V, Err *err)
{
    Corpus    text = { 0 };
    Discounts d;
    bool ok = read_discounts(&d, p, V, err) && read_tokens(&text, p, V, err);
    if (ok && !prior_open(prior, &text, &d))
        ok = err_set(err, "out of memory for counting its text");
    corpus_free(&text);
    return ok;
}

/* --- As hexadecimal digits --- */

static const char digits[] = "0123456789abcdef";

static void write_hex(const char *p, size_t len, Buffer *b)
{
    buffer_reserve(b, 2 * (uint64_t)len);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)p[i];
        buffer_add(b, (char[]){ digits[c >> 4], digits[c & 15] }, 2);
    }
}

void counted_write_hex(const Prior *p, Buffer *b)
{
    size_t len = counted_bytes(p);
    char  *section = malloc(len);
    if (!section) {
        b->lost = true;
        return;
    }
    counted_write(p, section);
    write_hex(section, len, b);
    free(section);
}

void counted_write_head(const Prior *p, Buffer *b)
{
    char head[COUNTED_HEAD];
    write_head(p, head);
    write_hex(head, sizeof head, b);
}

/* The value of a digit, or -1. */
static int digit(char c)
{
    const char *d = c ? strchr(digits, c) : NULL;
    return d ? (int)(d - digits) : -1;
}

static bool from_hex(const char *s, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        int high = digit(s[2 * i]), low = digit(s[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (char)(high << 4 | low);
    }
    return true;
}

bool counted_read_hex(Prior *prior, const char *s, size_t n, const char *text, size_t bytes, int V, Err *err)
{
    size_t len = n / 2 + bytes;
    char  *section = malloc(len + 1);
    if (!section)
        return err_set(err, "out of memory for the %zu bytes that its counts have", len);
    if (bytes)
        memcpy(section + n / 2, text, bytes);
    bool whole = n % 2 == 0 && from_hex(s, n / 2, section) && len >= COUNTED_HEAD && counted_says(section, V) == len;
    bool ok = (whole || err_set(err, "its counts are not whole")) && counted_read(prior, section, V, err);
    free(section);
    return ok;
}
