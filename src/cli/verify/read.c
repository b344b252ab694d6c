#include "cli/verify/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *verify_path(const VerifyRun *v, const char *name, char path[VERIFY_PATH])
{
    snprintf(path, VERIFY_PATH, "%s/%s", v->dir, name);
    return path;
}

const char *verify_state(const VerifyRun *v, long step, char path[VERIFY_PATH])
{
    snprintf(path, VERIFY_PATH, "%s/states/%ld.heed", v->dir, step);
    return path;
}

static bool read_receipt(VerifyRun *v, Err *err)
{
    char path[VERIFY_PATH];
    verify_path(v, "receipt.json", path);
    if (!file_is_dir(v->dir))
        return err_set(err, "%s is not a folder: give that of a run, then its text", v->dir);
    if (!file_exists(path))
        return err_set(err, "there is no %s: train writes it since version 0.1.0, and train --resume begins one for "
                       "the steps to come", path);
    return receipt_read(&v->receipt, path, err) &&
           (receipt_check(&v->receipt, err) || err_in(err, "%s does not agree with itself", path));
}

static bool read_model(VerifyRun *v, Err *err)
{
    char path[VERIFY_PATH];
    return checkpoint_open(&v->model, verify_path(v, "model.heed", path), err);
}

/* As train reads it. */
static bool read_text(VerifyRun *v, Err *err)
{
    const ReceiptSegment *last = receipt_last(&v->receipt);
    CorpusOptions o = { .keep_cr = last->head.settings.keep_cr, .folders = true, .hash = v->model.corpus_hash };
    char *const *paths = (char *const *)v->o->args.items + 1;
    char  has[DIGEST_TEXT], wants[DIGEST_TEXT];
    if (!corpus_read(&v->corpus, paths, v->o->args.n - 1, o, &v->model.vocab, err))
        return err_in(err, "with the vocabulary of the run's model");
    corpus_split(&v->corpus, last->head.settings.val_frac);
    for (size_t i = 0; i < v->receipt.n; i++)
        if (digest_equal(&v->receipt.segments[i].text, &v->corpus.digest))
            return true;
    return err_set(err, "the text is not the one of the receipt: its digest is %.16s…, the receipt's %.16s…",
                   digest_text(&v->corpus.digest, has), digest_text(&last->text, wants));
}

/* When a run goes on with another text, its log so far becomes log-STEP.csv. */
static bool read_log(VerifyRun *v, size_t segment, Err *err)
{
    const ReceiptSegment *s = v->receipt.segments;
    char   path[VERIFY_PATH], name[48] = "log.csv";
    size_t next = segment + 1;
    bool   other = next < v->receipt.n && !digest_equal(&s[segment].text, &s[next].text);
    if (next < v->receipt.n && !other) {
        v->logs[segment] = v->logs[next];
        return true;
    }
    if (other)
        snprintf(name, sizeof name, "log-%ld.csv", s[next].head.state.step);
    v->logs[segment] = &v->read[segment];
    return log_rows_read(&v->read[segment], verify_path(v, name, path), err);
}

static bool read_logs(VerifyRun *v, Err *err)
{
    v->read = calloc(v->receipt.n, sizeof *v->read);
    v->logs = calloc(v->receipt.n, sizeof *v->logs);
    if (!v->read || !v->logs)
        return err_set(err, "out of memory for the logs");
    for (size_t i = v->receipt.n; i-- > 0;)
        if (!read_log(v, i, err))
            return false;
    return true;
}

bool verify_read(VerifyRun *v, Err *err)
{
    return read_receipt(v, err) && read_model(v, err) && read_text(v, err) && read_logs(v, err);
}

void verify_free(VerifyRun *v)
{
    for (size_t i = 0; v->read && i < v->receipt.n; i++)
        log_rows_free(&v->read[i]);
    free(v->read);
    free(v->logs);
    free(v->stretches);
    if (v->walk.open)
        trainer_free(&v->walk.trainer);
    corpus_free(&v->corpus);
    checkpoint_close(&v->model);
    receipt_free(&v->receipt);
}
