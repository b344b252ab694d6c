#include "base/buffer.h"
#include "base/json_read.h"
#include "files/receipt/receipt.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, MOST_CHANGE = 4096 };

static bool read_digest(JsonRead *r, void *field)
{
    JsonText x;
    return json_read_text(r, &x) &&
           (digest_read(field, x.s, x.n) || json_read_fail(r, "a digest has 64 hex digits"));
}

static bool read_step(JsonRead *r, void *field)
{
    uint64_t x;
    if (!json_read_count(r, &x))
        return false;
    if (x > (uint64_t)EXACT_MAX)
        return json_read_fail(r, "%llu is no number of steps", (unsigned long long)x);
    *(long *)field = (long)x;
    return true;
}

static bool read_loss(JsonRead *r, void *field)
{
    double *x = field;
    *x = NAN;
    if (json_read_null(r))
        return true;
    return json_read_number(r, x) &&
           (fabs(*x) <= FLT_MAX || json_read_fail(r, "%g is beyond the range of a loss", *x));
}

/* Text of one line, at most `most` bytes. */
static bool read_line(JsonRead *r, JsonText *x, size_t most)
{
    if (!json_read_text(r, x))
        return false;
    for (size_t i = 0; i < x->n; i++)
        if ((unsigned char)x->s[i] < ' ')
            return json_read_fail(r, "a control character");
    return x->n <= most || json_read_fail(r, "%zu bytes of text, at most %zu are possible", x->n, most);
}

static bool read_program(JsonRead *r, void *field)
{
    JsonText x;
    if (!read_line(r, &x, sizeof ((ReceiptSegment *)0)->program - 1))
        return false;
    memcpy(field, x.s, x.n);
    ((char *)field)[x.n] = '\0';
    return true;
}

static bool read_change(JsonRead *r, void *field)
{
    JsonText x;
    if (!read_line(r, &x, MOST_CHANGE))
        return false;
    char *text = malloc(x.n + 1);
    if (!text)
        return json_read_fail(r, "out of memory");
    memcpy(text, x.s, x.n);
    text[x.n] = '\0';
    *(char **)field = text;
    return true;
}

/* Members as the lines of a model file's header, which checkpoint_understand checks. */
static bool read_settings(JsonRead *r, void *field)
{
    Buffer   b = { 0 };
    JsonText key, value;
    Err      why = { 0 };
    bool     ok = json_read_object(r);
    while (ok && json_read_key(r, &key)) {
        ok = memchr(key.s, '\n', key.n) == NULL && read_line(r, &value, MOST_CHANGE);
        buffer_add(&b, key.s, key.n);
        buffer_add(&b, " ", 1);
        if (ok)
            buffer_add(&b, value.s, value.n);
        buffer_add(&b, "\n", 1);
    }
    if (ok && !err_any(r->err) && !(buffer_whole(&b, &why) && checkpoint_understand(field, b.p, b.len, &why)))
        ok = json_read_fail(r, "these settings are invalid: %s", why.msg);
    buffer_free(&b);
    return ok && !err_any(r->err);
}

static bool read_entry(JsonRead *r, ReceiptEntry *e)
{
    static const JsonField keys[] = {
        { "step", read_step, offsetof(ReceiptEntry, step) },
        { "state", read_digest, offsetof(ReceiptEntry, state) },
        { "log", read_digest, offsetof(ReceiptEntry, log) },
        { "loss", read_loss, offsetof(ReceiptEntry, loss) },
        { "val", read_loss, offsetof(ReceiptEntry, val) },
        { "chain", read_digest, offsetof(ReceiptEntry, chain) },
    };
    enum { N = sizeof keys / sizeof *keys };
    return json_read_fields(r, keys, N, N, false, e);
}

/* `field` is the segment itself. */
static bool read_entries(JsonRead *r, void *field)
{
    ReceiptSegment *s = field;
    if (!json_read_array(r))
        return false;
    while (json_read_item(r)) {
        if (s->n == s->room) {
            size_t        room = s->room ? 2 * s->room : 32;
            ReceiptEntry *more = realloc(s->entries, room * sizeof *more);
            if (!more)
                return json_read_fail(r, "out of memory");
            s->entries = more;
            s->room = room;
        }
        if (!read_entry(r, &s->entries[s->n]))
            return false;
        s->n++;
    }
    return !err_any(r->err);
}

static bool read_segment(JsonRead *r, ReceiptSegment *s)
{
    static const JsonField keys[] = {
        { "program", read_program, offsetof(ReceiptSegment, program) },
        { "text", read_digest, offsetof(ReceiptSegment, text) },
        { "vocabulary", read_digest, offsetof(ReceiptSegment, vocab) },
        { "hash_every", read_step, offsetof(ReceiptSegment, every) },
        { "change", read_change, offsetof(ReceiptSegment, change) },
        { "settings", read_settings, offsetof(ReceiptSegment, head) },
        { "chain", read_digest, offsetof(ReceiptSegment, chain) },
        { "entries", read_entries, 0 },
    };
    enum { N = sizeof keys / sizeof *keys };
    return json_read_fields(r, keys, N, N, false, s);
}

/* `field` is the receipt. */
static bool read_segments(JsonRead *r, void *field)
{
    Receipt *x = field;
    if (!json_read_array(r))
        return false;
    while (json_read_item(r)) {
        ReceiptSegment *more = realloc(x->segments, (x->n + 1) * sizeof *more);
        if (!more)
            return json_read_fail(r, "out of memory");
        x->segments = more;
        x->segments[x->n] = (ReceiptSegment){ 0 };
        if (!read_segment(r, &x->segments[x->n++]))
            return false;
    }
    return !err_any(r->err);
}

static bool read_version(JsonRead *r, void *field)
{
    uint64_t x;
    (void)field;
    return json_read_count(r, &x) &&
           (x == VERSION || json_read_fail(r, "a receipt of format %llu; this program reads format %d",
                                           (unsigned long long)x, VERSION));
}

bool receipt_read(Receipt *receipt, const char *path, Err *err)
{
    static const JsonField keys[] = { { "heed_receipt", read_version, 0 }, { "segments", read_segments, 0 } };
    FileData f = { 0 };
    *receipt = (Receipt){ 0 };
    if (!file_read(path, &f, err))
        return false;
    JsonRead r = json_read(f.p ? f.p : (char[]){ "" }, f.len, err);
    bool     ok = json_read_fields(&r, keys, 2, 2, false, receipt) && json_read_end(&r);
    file_free(&f);
    if (ok)
        return true;
    receipt_free(receipt);
    return err_in(err, "cannot use %s as a receipt", path);
}
