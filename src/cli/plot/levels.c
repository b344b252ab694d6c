#include "cli/plot/levels.h"
#include "base/file.h"
#include "base/num.h"
#include "cli/term.h"
#include "files/checkpoint.h"
#include "text/counting/counting.h"
#include "text/ngram.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double usual_part = 0.1;       /* default of train's --val-frac                       */
static const size_t usual_window = 256;     /* its context for a text that is not short, without a model */

/* Opens the model in the folder of a log; an unreadable one only causes a warning. */
static bool model_beside(const PlotLog *log, Checkpoint *ck)
{
    static const char *const names[] = { "model.heed", "best.heed" };
    const char *slash = strrchr(log->path, '/');
    for (int i = 0; i < 2; i++) {
        char path[PATH_MAX + 16];
        Err  unread = { 0 };
        snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - log->path) + 1 : 0, log->path, names[i]);
        if (!file_exists(path))
            continue;
        if (checkpoint_open(ck, path, &unread))
            return true;
        term_print(stderr, "plot: the uniform baseline is unknown: %s\n", unread.msg);
    }
    return false;
}

static bool count(Levels *levels, const PlotOptions *o, const Checkpoint *beside, Err *err)
{
    Vocab  own = { 0 }, *v = &own;
    Corpus c;
    CorpusOptions co = { .cap = VOCAB_CAP, .keep_cr = beside && beside->settings.keep_cr, .text_only = !beside,
                         .folders = true, .hash = beside ? beside->corpus_hash : 0 };
    if (beside)
        v = (Vocab *)&beside->vocab;
    if (!corpus_read(&c, (char *const *)o->corpus.items, o->corpus.n, co, v, err))
        return err_in(err, "--corpus");
    corpus_split(&c, beside ? beside->settings.val_frac : usual_part);
    NgramLoss reached = ngram_loss(&c, v->n);
    CountingBaseline best = counting_baseline(&c, v->n, beside ? (size_t)beside->config.context : usual_window);
    *levels = (Levels){ num_log(v->n), reached.unigram, reached.bigram, reached.trigram, best.loss, best.n };
    if (beside && c.hash != beside->corpus_hash)
        term_print(stderr, "plot: %s is not the text that the run was trained on: the baselines are those of %s\n",
                o->corpus.items[0], o->corpus.items[0]);
    corpus_free(&c);
    if (!beside)
        vocab_free(&own);
    return true;
}

/* The loss of a uniform model, if all models have the same vocabulary size; otherwise NaN. */
static double uniform(const PlotLogs *l)
{
    double reached = NAN;
    for (int i = 0; i < l->n; i++) {
        Checkpoint ck;
        if (!model_beside(&l->log[i], &ck))
            continue;
        double one = num_log(ck.vocab.n);
        bool same = isnan(reached) || one == reached;
        reached = one;
        checkpoint_close(&ck);
        if (!same)
            return NAN;
    }
    return reached;
}

bool plot_levels(PlotLogs *l, const PlotOptions *o, Err *err)
{
    l->levels = LEVELS_UNKNOWN;
    if (o->corpus.n == 0) {
        l->levels.uniform = uniform(l);
        return true;
    }
    Checkpoint ck;
    bool beside = model_beside(&l->log[0], &ck);
    bool ok = count(&l->levels, o, beside ? &ck : NULL, err);
    if (beside)
        checkpoint_close(&ck);
    return ok;
}
