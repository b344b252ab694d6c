#include "files/receipt/receipt.h"
#include "base/buffer.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool receipt_due(const ReceiptSegment *s, long step)
{
    long eval = s->head.settings.eval_every;
    return (eval > 0 && step % eval == 0) || (s->every > 0 && step % s->every == 0);
}

/* ---- digests ---- */

static void line_of(Buffer *b, const char *key, const Digest *d)
{
    char hex[DIGEST_TEXT];
    buffer_print(b, "%s %s\n", key, digest_text(d, hex));
}

/* Some locales write a decimal comma. */
static void loss_line(Buffer *b, const char *key, double x)
{
    size_t at = b->len;
    if (isnan(x))
        buffer_print(b, "%s -\n", key);
    else
        buffer_print(b, "%s %.6f\n", key, x);
    for (; at < b->len; at++)
        b->p[at] = b->p[at] == ',' ? '.' : b->p[at];
}

static bool digest_of(Buffer *b, Digest *d, Err *err)
{
    bool whole = buffer_whole(b, err);
    if (whole)
        *d = blake2b_of(b->p, b->len);
    buffer_free(b);
    return whole;
}

static bool chain_segment(const ReceiptSegment *s, const Digest *after, Digest *d, Err *err)
{
    Buffer b = { 0 };
    char   lines[CHECKPOINT_LINES];
    size_t n = checkpoint_describe(&s->head, lines);
    buffer_print(&b, "segment\n");
    line_of(&b, "after", after);
    buffer_print(&b, "program %s\n", s->program);
    line_of(&b, "text", &s->text);
    line_of(&b, "vocabulary", &s->vocab);
    buffer_print(&b, "hash_every %ld\nchange ", s->every);
    buffer_add(&b, s->change, strlen(s->change));
    buffer_add(&b, "\n", 1);
    buffer_add(&b, lines, n);
    return digest_of(&b, d, err);
}

static bool chain_entry(const ReceiptEntry *e, const Digest *after, Digest *d, Err *err)
{
    Buffer b = { 0 };
    buffer_print(&b, "entry\n");
    line_of(&b, "after", after);
    buffer_print(&b, "step %ld\n", e->step);
    line_of(&b, "state", &e->state);
    line_of(&b, "log", &e->log);
    loss_line(&b, "loss", e->loss);
    loss_line(&b, "val", e->val);
    return digest_of(&b, d, err);
}

/* ---- growing ---- */

ReceiptSegment *receipt_last(const Receipt *r) { return r->n ? &r->segments[r->n - 1] : NULL; }

Digest receipt_digest(const Receipt *r)
{
    const ReceiptSegment *s = receipt_last(r);
    return !s ? (Digest){ 0 } : s->n ? s->entries[s->n - 1].chain : s->chain;
}

static bool no_memory(Err *err) { return err_set(err, "out of memory for a receipt"); }

bool receipt_begin(Receipt *r, const ReceiptSegment *head, Err *err)
{
    Digest         after = receipt_digest(r);
    ReceiptSegment s = *head, *more = realloc(r->segments, (r->n + 1) * sizeof *more);
    if (!more)
        return no_memory(err);
    r->segments = more;
    s.entries = NULL;
    s.n = s.room = 0;
    s.change = malloc(strlen(head->change) + 1);
    if (!s.change)
        return no_memory(err);
    strcpy(s.change, head->change);
    if (!chain_segment(&s, &after, &s.chain, err)) {
        free(s.change);
        return false;
    }
    r->segments[r->n++] = s;
    return true;
}

static bool grow(ReceiptSegment *s, Err *err)
{
    if (s->n < s->room)
        return true;
    size_t        room = s->room ? 2 * s->room : 32;
    ReceiptEntry *more = realloc(s->entries, room * sizeof *more);
    if (!more)
        return no_memory(err);
    s->entries = more;
    s->room = room;
    return true;
}

bool receipt_add(Receipt *r, const ReceiptEntry *e, Err *err)
{
    ReceiptSegment *s = receipt_last(r);
    Digest          after = receipt_digest(r);
    if (!grow(s, err))
        return false;
    s->entries[s->n] = *e;
    if (!chain_entry(e, &after, &s->entries[s->n].chain, err))
        return false;
    s->n++;
    return true;
}

static void free_segment(ReceiptSegment *s)
{
    free(s->change);
    free(s->entries);
}

void receipt_cut(Receipt *r, size_t segments, size_t entries)
{
    while (r->n > segments)
        free_segment(&r->segments[--r->n]);
    if (r->n && r->segments[r->n - 1].n > entries)
        r->segments[r->n - 1].n = entries;
}

void receipt_free(Receipt *r)
{
    receipt_cut(r, 0, 0);
    free(r->segments);
    *r = (Receipt){ 0 };
}

/* ---- checking ---- */

/* The step of the entry that must follow one at `step`; the last entry of a segment may come earlier. */
static long next_due(const ReceiptSegment *s, long step)
{
    long eval = s->head.settings.eval_every, every = s->every;
    long by_eval = eval > 0 ? (step / eval + 1) * eval : -1, by_every = every > 0 ? (step / every + 1) * every : -1;
    return by_every < 0 || (by_eval > 0 && by_eval < by_every) ? by_eval : by_every;
}

static bool steps_fit(const ReceiptSegment *s, size_t number, Err *err)
{
    if (s->n < 1 || s->entries[0].step != s->head.state.step)
        return err_set(err, "its segment %zu begins at step %ld, and its first entry is not of that step", number,
                       s->head.state.step);
    for (size_t i = 1; i < s->n; i++) {
        long was = s->entries[i - 1].step, is = s->entries[i].step, due = next_due(s, was);
        if (is <= was)
            return err_set(err, "its entry of step %ld follows that of step %ld", is, was);
        if (due > 0 && (is > due || (is < due && i + 1 < s->n)))
            return err_set(err, "its entry of step %ld is missing: that of step %ld is followed by step %ld", due, was,
                           is);
    }
    return true;
}

/* A segment goes on where the one before ended. */
static bool joined(const ReceiptSegment *was, const ReceiptSegment *s, size_t number, Err *err)
{
    const ReceiptEntry *last = &was->entries[was->n - 1], *first = &s->entries[0];
    return (last->step == first->step && digest_equal(&last->state, &first->state)) ||
           err_set(err, "its segment %zu begins at step %ld with another state than the segment before ends with, "
                   "at step %ld", number, first->step, last->step);
}

static bool chained(const ReceiptSegment *s, size_t number, Digest *after, Err *err)
{
    Digest d;
    if (!chain_segment(s, after, &d, err))
        return false;
    if (!digest_equal(&d, &s->chain))
        return err_set(err, "the head of its segment %zu (program, text, settings) was changed, or what comes before "
                       "it: the digest is another", number);
    for (size_t i = 0; i < s->n; i++) {
        *after = i ? s->entries[i - 1].chain : s->chain;
        if (!chain_entry(&s->entries[i], after, &d, err))
            return false;
        if (!digest_equal(&d, &s->entries[i].chain))
            return err_set(err, "its entry of step %ld was changed, or one before it was changed, removed or moved: "
                           "the digest is another", s->entries[i].step);
    }
    *after = s->n ? s->entries[s->n - 1].chain : s->chain;
    return true;
}

bool receipt_check(const Receipt *r, Err *err)
{
    Digest after = { 0 };
    if (r->n < 1)
        return err_set(err, "it has no segment");
    for (size_t i = 0; i < r->n; i++)
        if (!chained(&r->segments[i], i + 1, &after, err) || !steps_fit(&r->segments[i], i + 1, err) ||
            (i > 0 && !joined(&r->segments[i - 1], &r->segments[i], i + 1, err)))
            return false;
    return true;
}
