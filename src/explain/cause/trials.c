#include "explain/cause/trials.h"
#include "base/topk.h"
#include "kernel/kernel.h"
#include "text/letters.h"
#include <math.h>
#include <string.h>

bool cause_trials_open(CauseTrials *t, Explain *e, const Vocab *v, int rival)
{
    *t = (CauseTrials){ .e = e, .v = v, .target = e->target, .rival = rival };
    t->text = explain_alloc(e, (size_t)e->T, sizeof *t->text);
    t->p = explain_alloc(e, (size_t)e->V, sizeof *t->p);
    return t->text && t->p && reader_init(&t->reader, e->g, false, &e->err);
}

void cause_trials_close(CauseTrials *t)
{
    if (t->reader.gpt)
        reader_free(&t->reader);
    explain_pack(t->e);
}

CauseTrial cause_trial(const CauseTrials *t, const double *logits)
{
    int other = t->rival;
    for (int id = 0; id < t->e->V; id++)
        if (id != t->target && logits[id] > logits[other])
            other = id;
    kernel->softmax((size_t)t->e->V, 1, logits, t->p);
    return (CauseTrial){ .odds = logits[t->target] - logits[t->rival],
                         .margin = logits[t->target] - logits[other],
                         .p = t->p[t->target],
                         .rival = t->p[t->rival] };
}

/* Makes the reader's window the first n tokens of the prompt. */
static bool keep(CauseTrials *t, int n)
{
    Explain *e = t->e;
    if (t->kept < n) {
        reader_rewind(&t->reader, t->kept);
        if (!reader_feed(&t->reader, e->ids + t->kept, (size_t)(n - t->kept), &e->err))
            return false;
    }
    t->kept = n;
    reader_rewind(&t->reader, n);
    return true;
}

bool cause_trial_deleted(CauseTrials *t, CauseSpan u, CauseTrial *x)
{
    int same, n = cause_delete(t->e, t->v, u, t->text, &same);
    *x = (CauseTrial){ NAN, NAN, NAN, NAN };
    if (n == 0)
        return true;
    int from = same < n ? same : n - 1;     /* the logits of the last token need a pass */
    if (!keep(t, from))
        return false;
    const double *logits = reader_feed(&t->reader, t->text + from, (size_t)(n - from), &t->e->err);
    if (logits)
        *x = cause_trial(t, logits);
    return logits != NULL;
}

/* How far token id is from a character of that kind: 0 the same kind, 1 both or neither within words, 2 else. */
static int distance(const CauseTrials *t, int id, LetterKind kind)
{
    LetterKind other = letter_kind(t->v->chars[id]);
    return other == kind ? 0 : (other >= LETTER_DIGIT) == (kind >= LETTER_DIGIT) ? 1 : 2;
}

/* The k-th likeliest token of a kind, counted from 0, except `not`; related kinds follow, less likely than any of the
 * kind itself. logits (V), or NULL for the vocabulary's order from `not` on. -1 if there are not so many. */
static int pick(const CauseTrials *t, const double *logits, LetterKind kind, int not, int k)
{
    int    V = t->e->V, n = 0, id[CAUSE_DRAWS];
    double value[CAUSE_DRAWS];
    for (int far = 0; n <= k && far <= 2; far++) {
        int found = 0;
        for (int c = 0; c < V; c++)
            if (c != not && distance(t, c, kind) == far)
                found = topk_add(id + n, value + n, found, k + 1 - n, c, logits ? logits[c] : -((c - not + V) % V));
        n += found;
    }
    return n > k ? id[k] : -1;
}

/* t->text becomes the prompt with draw k in the span; the reader's window ends before its last character. */
static bool draw(CauseTrials *t, CauseSpan u, int k, bool *any)
{
    Explain *e = t->e;
    memcpy(t->text, e->ids, (size_t)e->T * sizeof *t->text);
    const double *logits = u.first ? e->out.logits->val + (size_t)(u.first - 1) * (size_t)e->V : NULL;
    t->text[u.first] = pick(t, logits, letter_kind(t->v->chars[e->ids[u.first]]), e->ids[u.first], k);
    *any = t->text[u.first] >= 0;
    if (!*any)
        return true;
    if (!keep(t, u.first))
        return false;
    for (int i = u.first + 1; i <= u.last; i++) {
        logits = reader_feed(&t->reader, &t->text[i - 1], 1, &e->err);
        if (!logits)
            return false;
        t->text[i] = pick(t, logits, letter_kind(t->v->chars[e->ids[i]]), -1, 0);
    }
    return true;
}

bool cause_trial_replaced(CauseTrials *t, CauseSpan u, int k, CauseTrial *x, bool *any)
{
    if (!draw(t, u, k, any) || !*any)
        return !*any && !err_any(&t->e->err);
    const double *logits = reader_feed(&t->reader, t->text + u.last, (size_t)(t->e->T - u.last), &t->e->err);
    if (logits)
        *x = cause_trial(t, logits);
    return logits != NULL;
}
