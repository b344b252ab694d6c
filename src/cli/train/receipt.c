/* receipt.json: the state's digest after every evaluation, for `verify`. It is a function of text and settings, as the
 * model is: a run that was interrupted and resumed ends with the same bytes. On --resume it goes on where it was; with
 * other settings, another text or program it begins a new segment. --keep-states keeps whole states, from which
 * stretches far from the start can be computed again. */
#include "base/buffer.h"
#include "cli/train/run.h"
#include "files/receipt/receipt_state.h"
#include "train/log_rows.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool timed(const TrainRun *r) { return r->ck.settings.budget > 0; }

static void name_state(const TrainRun *r, long step, char *path, size_t size)
{
    snprintf(path, size, "%s/states/%ld.heed", r->o->out, step);
}

/* ---- states ---- */

/* Entries so far: segments in order. */
static size_t entries(const Receipt *all)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        n += all->segments[i].n;
    return n;
}

/* Every so manieth entry keeps its state: the smallest power of two with which there are at most `most` of n. */
static size_t spacing(size_t n, size_t most)
{
    size_t every = 1;
    while ((n - 1) / every + 1 > most)
        every *= 2;
    return every;
}

static bool drop_state(const TrainRun *r, long step, Err *err)
{
    char path[sizeof r->model + 32];
    name_state(r, step, path, sizeof path);
    return unlink(path) == 0 || errno == ENOENT || err_set(err, "cannot remove %s: %s", path, file_why(errno));
}

/* Removes the states of the entries that are not at a multiple of `every`; 0: all. */
static bool thin_states(const TrainRun *r, const Receipt *all, size_t every, Err *err)
{
    size_t index = 0;
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->segments[i].n; k++, index++)
            if ((every == 0 || index % every != 0) && !drop_state(r, all->segments[i].entries[k].step, err))
                return false;
    return true;
}

/* After a new entry: keeps its state, if it is one to keep. */
static bool keep_state(TrainRun *r, Err *err)
{
    char   dir[sizeof r->model + 32], path[sizeof dir];
    size_t n = entries(&r->receipt.all), most = (size_t)r->o->keep_states;
    if (most == 0)
        return true;
    size_t every = spacing(n, most);
    snprintf(dir, sizeof dir, "%s/states", r->o->out);
    name_state(r, r->ck.state.step, path, sizeof path);
    if (n > 1 && every != spacing(n - 1, most) && !thin_states(r, &r->receipt.all, every, err))
        return false;
    return (n - 1) % every != 0 ||
           (file_make_dir(dir, err) && checkpoint_save(path, &r->ck, &r->trainer.gpt.params, err));
}

/* ---- entries ---- */

static ReceiptEntry entry_now(const TrainRun *r)
{
    return (ReceiptEntry){ .step = r->ck.state.step, .state = receipt_state(&r->trainer.gpt.params),
                           .log = blake2b_end(&r->receipt.rows), .loss = r->ck.state.train_loss,
                           .val = r->receipt.val };
}

/* What the receipt says about this run as it is now, but for what changed. Elapsed seconds only where they matter. */
static bool head_now(const TrainRun *r, ReceiptSegment *s, Err *err)
{
    *s = (ReceiptSegment){ .program = "heed " HEED_VERSION, .text = r->corpus.digest, .head = r->ck,
                           .every = r->o->receipt_every };
    s->head.vocab = (Vocab){ 0 };
    s->head.file = (FileData){ 0 };
    s->head.state.seconds = timed(r) ? s->head.state.seconds : 0;
    size_t n = vocab_bytes(&r->ck.vocab);
    char  *bytes = malloc(n);
    if (!bytes)
        return err_set(err, "out of memory for a receipt");
    vocab_write(&r->ck.vocab, bytes);
    s->vocab = blake2b_of(bytes, n);
    free(bytes);
    return true;
}

static bool begin_segment(TrainRun *r, ReceiptSegment *head, char *change, Err *err)
{
    head->change = change;
    r->receipt.rows = blake2b_begin();
    ReceiptEntry first = entry_now(r);
    first.loss = first.val = NAN;
    return receipt_begin(&r->receipt.all, head, err) && receipt_add(&r->receipt.all, &first, err) &&
           (first.step == 0 || keep_state(r, err));         /* that of step 0 follows from the settings */
}

/* ---- resuming ---- */

static void separate(Buffer *b)
{
    if (b->len)
        buffer_print(b, ", ");
}

/* What differs between two heads, as "lr 0.01 -> 0.003, steps 100 -> 200"; empty: nothing. */
static void describe_change(const ReceiptSegment *was, const ReceiptSegment *is, Buffer *b)
{
    char from[SETTING_TEXT], to[SETTING_TEXT];
    if (!digest_equal(&was->text, &is->text))
        buffer_print(b, "text");
    if (strcmp(was->program, is->program) != 0) {
        separate(b);
        buffer_print(b, "%s -> %s", was->program, is->program);
    }
    if (was->every != is->every) {
        separate(b);
        buffer_print(b, "hash_every %ld -> %ld", was->every, is->every);
    }
    for (const Setting *s = setting_table; s < setting_table + SETTINGS; s++) {
        double x = setting_value(s, &was->head.config, &was->head.settings);
        double y = setting_value(s, &is->head.config, &is->head.settings);
        if (x == y)
            continue;
        separate(b);
        buffer_print(b, "%s %s -> %s", s->key, setting_text(s, x, from), setting_text(s, y, to));
    }
    buffer_add(b, "", 1);
}

/* Adds the log's rows after step `from` to the digest of the stretch that is under way. */
static bool take_rows(TrainRun *r, long from, Err *err)
{
    LogRows rows;
    char    old[sizeof r->csv + 32];
    snprintf(old, sizeof old, "%s/log-%ld.csv", r->o->out, r->ck.state.step);
    if (!log_rows_read(&rows, r->anew ? old : r->csv, err))
        return false;
    r->receipt.rows = blake2b_begin();
    for (size_t i = 0; i < rows.n; i++)
        if (rows.lines[i].step > from && rows.lines[i].step <= r->ck.state.step)
            log_fixed(&r->receipt.rows, rows.lines[i].text, rows.lines[i].len, r->was.budget > 0);
    const LogLine *last = log_rows_find(&rows, r->ck.state.step);
    r->receipt.val = last ? log_number(last, LOG_VAL_LOSS) : NAN;
    log_rows_free(&rows);
    return true;
}

/* Cuts the receipt back to the model's step; a last entry that was not due is made again when saving. */
static bool cut_back(TrainRun *r, Err *err)
{
    Receipt *all = &r->receipt.all;
    long     step = r->ck.state.step;
    while (all->n > 1 && receipt_last(all)->head.state.step >= step)
        receipt_cut(all, all->n - 1, SIZE_MAX);
    ReceiptSegment *s = receipt_last(all);
    size_t          n = s->n;
    while (n > 0 && s->entries[n - 1].step > step)
        n--;
    if (n == 0)
        return err_set(err, "it begins after step %ld", step);
    Digest state = receipt_state(&r->trainer.gpt.params);
    if (s->entries[n - 1].step == step && !digest_equal(&s->entries[n - 1].state, &state))
        return err_set(err, "%s is not the model it has at step %ld", r->model, step);
    n -= n > 1 && !receipt_due(s, s->entries[n - 1].step);
    receipt_cut(all, all->n, n);
    return take_rows(r, s->entries[n - 1].step, err);
}

static bool read_back(TrainRun *r, Err *why)
{
    Receipt *all = &r->receipt.all;
    if (!file_exists(r->receipt.path))
        return err_set(why, "there is no %s", r->receipt.path);
    if (!receipt_read(all, r->receipt.path, why))
        return false;
    if (receipt_check(all, why) && cut_back(r, why))
        return true;
    receipt_free(all);
    return err_in(why, "cannot go on with %s", r->receipt.path);
}

/* Goes on with the last segment, or ends it and begins another one. */
static bool go_on(TrainRun *r, ReceiptSegment *head, Err *err)
{
    ReceiptSegment *last = receipt_last(&r->receipt.all);
    Buffer          change = { 0 };
    if (!r->o->receipt_every)
        head->every = last->every;
    describe_change(last, head, &change);
    bool ok = buffer_whole(&change, err);
    if (ok && change.p[0]) {
        ReceiptEntry end = entry_now(r);
        ok = last->entries[last->n - 1].step == end.step ||
             (receipt_add(&r->receipt.all, &end, err) && keep_state(r, err));
        ok = ok && begin_segment(r, head, change.p, err);
    }
    buffer_free(&change);
    return ok;
}

bool train_receipt_open(TrainRun *r, Err *err)
{
    ReceiptSegment head;
    Err            why = { 0 };
    char           none[] = "", late[] = "earlier steps have no receipt";
    long           step = r->ck.state.step;
    r->receipt.val = NAN;
    if (!head_now(r, &head, err))
        return false;
    if (step > 0 && read_back(r, &why))
        return go_on(r, &head, err);
    if (step > 0)
        train_say(r, "note", "the receipt begins at step %ld: %s", step, why.msg);
    return begin_segment(r, &head, step > 0 ? late : none, err);
}

/* ---- during the run ---- */

bool train_receipt_step(TrainRun *r, const LogRow *row, bool logged, Err *err)
{
    TrainReceipt *t = &r->receipt;
    char          line[LOG_LINE];
    if (logged)
        log_fixed(&t->rows, line, log_line(row, line) - 1, timed(r));
    t->val = row->val_loss;
    if (!receipt_due(receipt_last(&t->all), row->step))
        return true;
    ReceiptEntry e = entry_now(r);
    t->rows = blake2b_begin();
    return receipt_add(&t->all, &e, err) && keep_state(r, err);
}

bool train_receipt_save(TrainRun *r, Err *err)
{
    Receipt        *all = &r->receipt.all;
    ReceiptSegment *s = receipt_last(all);
    size_t          n = s->n;
    if (s->entries[n - 1].step != r->ck.state.step) {
        ReceiptEntry end = entry_now(r);
        if (!receipt_add(all, &end, err))
            return false;
    }
    bool ok = receipt_write(r->receipt.path, all, err);
    receipt_cut(all, all->n, n);
    return ok;
}

bool train_receipt_clear(const TrainRun *r, Err *err)
{
    Receipt old;
    Err     none = { 0 };
    if (!file_exists(r->receipt.path))
        return true;
    bool ok = true;
    if (receipt_read(&old, r->receipt.path, &none)) {
        ok = thin_states(r, &old, 0, err);
        receipt_free(&old);
    }
    return ok && (unlink(r->receipt.path) == 0 || errno == ENOENT ||
                  err_set(err, "cannot remove %s of an earlier run: %s", r->receipt.path, file_why(errno)));
}

bool train_receipt_is_one(const TrainRun *r, Err *err)
{
    char   start[64];
    size_t most = strlen(receipt_start), n;
    if (!file_start(r->receipt.path, start, most, &n, err))
        return false;
    return memcmp(start, receipt_start, n) == 0 ||
           err_set(err, "%s already exists and is not a receipt of this program", r->receipt.path);
}
