/* Before anything is recomputed: the files of the run must be those that the receipt describes. */
#include "cli/verify/run.h"
#include "files/receipt/receipt_state.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool timed(const ReceiptSegment *s) { return s->head.settings.budget > 0; }

bool verify_same_loss(double a, double b)
{
    char x[64], y[64];
    snprintf(x, sizeof x, "%.6f", a);
    snprintf(y, sizeof y, "%.6f", b);
    return (isnan(a) && isnan(b)) || strcmp(x, y) == 0;
}

/* ---- log.csv ---- */

static bool entry_has_losses(const ReceiptEntry *e, const LogRows *log, Err *err)
{
    const LogLine *line = log_rows_find(log, e->step);
    return !line || (verify_same_loss(log_number(line, LOG_TRAIN_LOSS), e->loss) &&
                     verify_same_loss(log_number(line, LOG_VAL_LOSS), e->val)) ||
           err_set(err, "the log and the receipt differ at step %ld: loss %.6f and %.6f, validation loss %.6f and %.6f",
                   e->step, log_number(line, LOG_TRAIN_LOSS), e->loss, log_number(line, LOG_VAL_LOSS), e->val);
}

static bool segment_has_log(const ReceiptSegment *s, const LogRows *log, Err *err)
{
    for (size_t i = 1; i < s->n; i++) {
        const ReceiptEntry *e = &s->entries[i];
        long   from = s->entries[i - 1].step;
        Digest d = log_rows_digest(log, from, e->step, timed(s));
        if (!digest_equal(&d, &e->log))
            return err_set(err, "the log is not the one of the receipt: a row from step %ld to %ld was changed, added "
                           "or removed", from + 1, e->step);
        if (!entry_has_losses(e, log, err))
            return false;
    }
    return true;
}

static bool logs_match(const VerifyRun *v, Err *err)
{
    const ReceiptSegment *last = receipt_last(&v->receipt);
    const LogRows        *log = v->logs[v->receipt.n - 1];
    for (size_t i = 0; i < v->receipt.n; i++)
        if (!segment_has_log(&v->receipt.segments[i], v->logs[i], err))
            return false;
    long end = last->entries[last->n - 1].step, row = log->n ? log->lines[log->n - 1].step : 0;
    return row <= end || err_set(err, "log.csv has rows up to step %ld, the receipt ends at step %ld", row, end);
}

/* ---- model files ---- */

static bool same_settings(const Checkpoint *c, const ReceiptSegment *s, const char *path, Err *err)
{
    char a[SETTING_TEXT], b[SETTING_TEXT];
    for (const Setting *x = setting_table; x < setting_table + SETTINGS; x++) {
        double has = setting_value(x, &c->config, &c->settings);
        double wants = setting_value(x, &s->head.config, &s->head.settings);
        if (has != wants)
            return err_set(err, "%s is not the model of the receipt: its setting %s is %s, the receipt's %s", path,
                           x->key, setting_text(x, has, a), setting_text(x, wants, b));
    }
    return c->corpus_hash == s->head.corpus_hash ||
           err_set(err, "%s is not the model of the receipt: it was trained on another text", path);
}

static bool same_vocab(const Checkpoint *c, const ReceiptSegment *s, const char *path, Err *err)
{
    size_t n = vocab_bytes(&c->vocab);
    char  *bytes = malloc(n);
    if (!bytes)
        return err_set(err, "out of memory for a vocabulary");
    vocab_write(&c->vocab, bytes);
    Digest d = blake2b_of(bytes, n);
    free(bytes);
    return digest_equal(&d, &s->vocab) ||
           err_set(err, "%s is not the model of the receipt: it has another vocabulary", path);
}

/* An open model file, against an entry. */
static bool same_model(const Checkpoint *c, const ReceiptSegment *s, const ReceiptEntry *e, const char *path, Err *err)
{
    char has[DIGEST_TEXT], wants[DIGEST_TEXT];
    if (!c->moments)
        return err_set(err, "%s has no optimizer moments: it is not a model as train wrote it", path);
    if (!same_settings(c, s, path, err) || !same_vocab(c, s, path, err))
        return false;
    Digest d = receipt_state_of_file(c);
    if (!digest_equal(&d, &e->state))
        return err_set(err, "%s is not the model of the receipt: the digest of its numbers is %.16s…, at step %ld the "
                       "receipt has %.16s…", path, digest_text(&d, has), e->step, digest_text(&e->state, wants));
    return isnan(e->loss) || verify_same_loss(c->state.train_loss, e->loss) ||
           err_set(err, "%s is not the model of the receipt: it says it has loss %.6f, the receipt %.6f", path,
                   c->state.train_loss, e->loss);
}

static bool model_matches(VerifyRun *v, Err *err)
{
    const ReceiptSegment *s = receipt_last(&v->receipt);
    const ReceiptEntry   *end = &s->entries[s->n - 1];
    char path[VERIFY_PATH];
    verify_path(v, "model.heed", path);
    if (v->model.state.step != end->step)
        return err_set(err, "%s is of step %ld, the receipt ends at step %ld: one of them was changed, or training was "
                       "killed between saving the two (train --resume then finishes it)", path, v->model.state.step,
                       end->step);
    return same_model(&v->model, s, end, path, err);
}

/* Any entry of that step that fits will do: at a border of two segments there are two. */
static bool best_fits(const VerifyRun *v, const Checkpoint *best, const char *path, Err *err)
{
    Err why = { 0 };
    for (size_t i = 0; i < v->receipt.n; i++) {
        const ReceiptSegment *s = &v->receipt.segments[i];
        for (size_t k = 0; k < s->n; k++) {
            why = s->entries[k].step == best->state.step ? (Err){ 0 } : why;
            if (s->entries[k].step == best->state.step && same_model(best, s, &s->entries[k], path, &why))
                return true;
        }
    }
    return err_any(&why) ? err_set(err, "%s", why.msg)
                         : err_set(err, "%s is of step %ld, of which the receipt has no entry", path,
                                   best->state.step);
}

static bool best_matches(const VerifyRun *v, Err *err)
{
    Checkpoint best;
    char       path[VERIFY_PATH];
    if (!file_exists(verify_path(v, "best.heed", path)))
        return true;
    if (!checkpoint_open(&best, path, err))
        return false;
    bool ok = best_fits(v, &best, path, err);
    checkpoint_close(&best);
    return ok;
}

bool verify_files(VerifyRun *v, Err *err)
{
    bool ok = logs_match(v, err) && model_matches(v, err) && best_matches(v, err);
    file_free(&v->model.file);              /* its numbers are no longer needed */
    return ok;
}
