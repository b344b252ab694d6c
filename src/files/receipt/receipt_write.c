#include "base/json.h"
#include "files/receipt/receipt.h"
#include <math.h>
#include <string.h>

const char receipt_start[] = "{\n\"heed_receipt\": 1,\n";

static void digest(Json *j, const char *key, const Digest *d)
{
    char hex[DIGEST_TEXT];
    json_text(j, key, digest_text(d, hex));
}

static void loss(Json *j, const char *key, double x)
{
    if (isnan(x))
        json_null(j, key);
    else
        json_decimal(j, key, x, 6);
}

static void entry(Json *j, const ReceiptEntry *e)
{
    json_line(j);
    json_object(j, NULL);
    json_int(j, "step", e->step);
    digest(j, "state", &e->state);
    digest(j, "log", &e->log);
    loss(j, "loss", e->loss);
    loss(j, "val", e->val);
    digest(j, "chain", &e->chain);
    json_end(j);
}

/* The lines "key value\n" of the header as members; all values are text, as they are there. */
static void settings(Json *j, const Checkpoint *head)
{
    char   lines[CHECKPOINT_LINES];
    size_t n = checkpoint_describe(head, lines);
    json_object(j, "settings");
    for (const char *line = lines, *end; line < lines + n; line = end + 1) {
        const char *blank = strchr(line, ' ');
        end = strchr(line, '\n');
        json_key(j, line, (size_t)(blank - line));
        json_bytes(j, NULL, blank + 1, (size_t)(end - blank - 1));
    }
    json_end(j);
}

static void segment(Json *j, const ReceiptSegment *s)
{
    json_line(j);
    json_object(j, NULL);
    json_text(j, "program", s->program);
    digest(j, "text", &s->text);
    digest(j, "vocabulary", &s->vocab);
    json_int(j, "hash_every", s->every);
    json_text(j, "change", s->change);
    settings(j, &s->head);
    digest(j, "chain", &s->chain);
    json_array(j, "entries");
    for (size_t i = 0; i < s->n; i++)
        entry(j, &s->entries[i]);
    json_line(j);
    json_end_array(j);
    json_end(j);
}

bool receipt_write(const char *path, const Receipt *r, Err *err)
{
    Buffer b = { 0 };
    Json   j = { .to = &b, .plain = true, .spaced = true };
    json_object(&j, NULL);
    json_int(&j, "heed_receipt", 1);
    json_array(&j, "segments");
    for (size_t i = 0; i < r->n; i++)
        segment(&j, &r->segments[i]);
    json_line(&j);
    json_end_array(&j);
    json_end(&j);
    FilePart part = { b.p, b.len };
    bool     ok = buffer_whole(&b, err) && file_replace(path, &part, 1, err);
    buffer_free(&b);
    return ok;
}
