/* A stretch, computed again: the steps of train, without its folder, its clock and its screen. */
#include "cli/verify/run.h"
#include "files/receipt/receipt_state.h"
#include "train/log.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const ReceiptSegment *segment_of(const VerifyRun *v, const VerifyStretch *x)
{
    return &v->receipt.segments[x->segment];
}

/* ---- starting ---- */

/* Settings and state of the segment, at one of its entries. */
static void set_state(VerifyRun *v, const VerifyStretch *x)
{
    const ReceiptSegment *s = segment_of(v, x);
    Checkpoint           *ck = &v->walk.ck;
    long steps = x->from - s->head.state.step;
    *ck = s->head;
    ck->vocab = v->model.vocab;
    ck->state.step = x->from;
    ck->state.tokens += steps * ck->settings.batch * ck->config.context * ck->settings.accumulate;
    const LogLine *line = steps > 0 ? log_rows_find(v->logs[x->segment], x->from) : NULL;
    if (ck->settings.budget > 0 && line)
        ck->state.seconds = log_number(line, LOG_SECONDS);
}

/* A trainer for the segment of x, without parameters. */
static bool open_walk(VerifyRun *v, const VerifyStretch *x, Err *err)
{
    set_state(v, x);
    v->walk.segment = x->segment;
    v->walk.open = trainer_init(&v->walk.trainer, &v->walk.ck, &v->corpus, 0, err);
    return v->walk.open;
}

static void close_walk(VerifyRun *v)
{
    if (v->walk.open)
        trainer_free(&v->walk.trainer);
    v->walk.open = false;
}

static bool load_state(VerifyRun *v, const VerifyStretch *x, Err *err)
{
    char       path[VERIFY_PATH];
    Checkpoint file;
    const ReceiptEntry *e = &segment_of(v, x)->entries[x->entry];
    if (!checkpoint_open(&file, verify_state(v, x->from, path), err))
        return false;
    Digest d = { 0 };
    if (file.moments)
        d = receipt_state_of_file(&file);
    bool ok = digest_equal(&d, &e->state) ||
              err_set(err, "%s is not the state that the receipt has at step %ld", path, x->from);
    ok = ok && checkpoint_load(&file, &v->walk.trainer.gpt.params, err);
    checkpoint_close(&file);
    return ok;
}

static bool begin(VerifyRun *v, const VerifyStretch *x, Err *err)
{
    trainer_begin(&v->walk.trainer);
    Digest d = receipt_state(&v->walk.trainer.gpt.params);
    return digest_equal(&d, &segment_of(v, x)->entries[0].state) ||
           err_set(err, "the state before the first step differs: it does not follow from the settings and the seed");
}

static bool start(VerifyRun *v, size_t i, Err *err)
{
    const VerifyStretch *x = &v->stretches[i];
    close_walk(v);
    v->walk.next = i;
    return open_walk(v, x, err) && (x->from == 0 ? begin(v, x, err) : load_state(v, x, err));
}

/* Goes on into the next segment, whose settings may need other memory. */
static bool change_segment(VerifyRun *v, const VerifyStretch *x, Err *err)
{
    Params *p = &v->walk.trainer.gpt.params;
    size_t  n = p->len;
    real   *kept = malloc(3 * n * sizeof *kept);
    if (!kept)
        return err_set(err, "out of memory for a state");
    memcpy(kept, p->val, n * sizeof *kept);
    memcpy(kept + n, p->m, n * sizeof *kept);
    memcpy(kept + 2 * n, p->v, n * sizeof *kept);
    close_walk(v);
    bool ok = open_walk(v, x, err) && (p->len == n || err_set(err, "the segments of the receipt differ in shape"));
    if (ok) {
        memcpy(p->val, kept, n * sizeof *kept);
        memcpy(p->m, kept + n, n * sizeof *kept);
        memcpy(p->v, kept + 2 * n, n * sizeof *kept);
    }
    free(kept);
    return ok;
}

/* ---- steps ---- */

/* The row of the step just done, against the log's, if it has one. */
static bool same_row(VerifyRun *v, const VerifyStretch *x, LogRow *row, Err *err)
{
    const LogLine *logged = log_rows_find(v->logs[x->segment], row->step);
    bool           timed = v->walk.ck.settings.budget > 0;
    char           line[LOG_LINE], name[LOG_NAME];
    if (!logged)
        return true;
    row->seconds = log_number(logged, LOG_SECONDS);
    if (!isnan(log_number(logged, LOG_VAL_LOSS)) && !trainer_validate(&v->walk.trainer, false, &row->val_loss, err))
        return false;
    size_t len = log_line(row, line) - 1;
    int    column = log_differs(logged->text, logged->len, line, len, timed);
    if (timed)
        v->walk.ck.state.seconds = row->seconds;
    if (column < 0)
        return true;
    LogLine mine = { row->step, line, len };
    log_column(column, name);
    return err_set(err, "step %ld differs: the log has %s %.9g, recomputed it is %.9g", row->step, name,
                   log_number(logged, column), log_number(&mine, column));
}

static bool step(VerifyRun *v, const VerifyStretch *x, Err *err)
{
    Checkpoint *ck = &v->walk.ck;
    LogRow      row;
    if (!trainer_step(&v->walk.trainer, trainer_done(&ck->settings, &ck->state), &row, err))
        return err_in(err, "step %ld", ck->state.step + 1);
    v->steps_done++;
    progress_show(&v->progress, term_seconds(), "recomputing step %ld of steps %ld to %ld", row.step, x->from + 1,
                  x->to);
    return same_row(v, x, &row, err);
}

/* The state, bit for bit, and the loss, of which the log need not have a row. */
static bool same_entry(const VerifyRun *v, const ReceiptEntry *e, Err *err)
{
    Digest d = receipt_state(&v->walk.trainer.gpt.params);
    if (!digest_equal(&d, &e->state))
        return err_set(err, "the state after step %ld differs from the receipt's, while the log's numbers agree",
                       e->step);
    return verify_same_loss(v->walk.ck.state.train_loss, e->loss) ||
           err_set(err, "step %ld differs: the receipt has loss %.6f, recomputed it is %.6f", e->step, e->loss,
                   v->walk.ck.state.train_loss);
}

static bool recompute(VerifyRun *v, size_t i, Err *err)
{
    VerifyStretch *x = &v->stretches[i];
    if (v->walk.segment != x->segment && !change_segment(v, x, err))
        return false;
    for (long at = x->from; at < x->to; at++)
        if (!step(v, x, err))
            return false;
    v->walk.next = i + 1;
    x->done = true;
    return same_entry(v, &segment_of(v, x)->entries[x->entry + 1], err);
}

/* The stretch to begin with, so that stretch i can follow: the nearest that the walk is in, or that has a state. */
static size_t nearest(const VerifyRun *v, size_t i)
{
    while (i > 0 && !(v->walk.open && v->walk.next == i) && !v->stretches[i].starts)
        i--;
    return i;
}

bool verify_recompute(VerifyRun *v, Err *err)
{
    for (size_t i = 0; i < v->n; i++) {
        if (!v->stretches[i].chosen || v->stretches[i].done)
            continue;
        size_t from = nearest(v, i);
        if (!(v->walk.open && v->walk.next == from) && !start(v, from, err))
            return false;
        for (; from <= i; from++)
            if (!recompute(v, from, err))
                return false;
    }
    return true;
}
