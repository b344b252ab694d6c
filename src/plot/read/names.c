#include "plot/read/names.h"
#include <stdio.h>
#include <string.h>

/* Words that make something else of a loss, a step or a learning rate: "loss_scale", "best_val_loss", "max_steps". */
static const char *const no_loss[] = { "scale", "scaler", "scaling", "weight", "weights", "coef", "coefficient",
    "factor", "std", "stddev", "var", "variance", "min", "max", "minimum", "maximum", "best", "lowest", "grad",
    "gradient", "norm", "lr", "rate", "time", "seconds", "count", "num", "acc", "accuracy", "ppl", "perplexity",
    "spike", "spikes", "delta", "change", "diff", "difference", "ratio", "threshold", "patience", "target", "limit",
    "fn", "function", "type", "name", "improved", "skipped", "window", "mask", "every", "interval", "freq",
    "frequency", "aux", "steps", "tokens", "id", "epochs", "bits", "decrease", "increase", "improvement", "stderr",
    "err", "error", "ci", "low", "high", NULL };
static const char *const no_step[] = { "loss", "losses", "per", "time", "seconds", "sec", "ms", "size", "avg",
    "tokens", "samples", "lr", "max", "total", "num", "acc", "accuracy", "every", "warmup", "accumulation", "accum",
    "eval", "val", "best", "save", "log", "logging", NULL };
static const char *const no_rate[] = { "schedule", "scheduler", "decay", "mult", "multiplier", "scale", "factor",
    "min", "max", "warmup", "loss", "base", "initial", NULL };
static const char *const norm_words[] = { "grad", "grads", "gradient", "gradients", "norm", "global", "total", "train",
    "training", "l2", "2", "step", "all", NULL };
static const char *const seen_words[] = { "tokens", "token", "seen", "consumed", "num", "total", "processed",
    "trained", "train", "so", "far", "n", "input", "characters", "chars", NULL };
static const char *const metric_names[] = { "metric", "metrics", "name", "tag", "key", "variable", "series", "scalar",
    "measure", "quantity", NULL };
static const char *const value_names[] = { "value", "values", "scalar", "val", "y", "measurement", "result", NULL };
static const char *const run_names[] = { "run", "runs", "seed", "fold", "trial", "rank", "worker", "experiment", "exp",
    "gpu", "replica", "model", NULL };

/* Names in use; their order is the order of preference. */
static const char *const step_exact[] = { "step", "global step", "steps", "iter", "iteration", "iterations", "iters",
    "iter num", "num updates", "update", "updates", "it", "s", "batch", "batch idx", "batch id", "minibatch", NULL };
static const char *const step_last[] = { "step", "steps", "iter", "iteration", "iterations", "iters", "update",
    "updates", "timestep", "timesteps", NULL };
static const char *const step_one[] = { "step", "iter", "iteration", "update", NULL };
static const char *const console_steps[] = { "step", "steps", "iter", "iters", "iteration", "iterations", "update",
    "epoch", "batch", "s", "it", NULL };
static const char *const tokens_exact[] = { "tokens", "characters", "chars", NULL };
static const char *const seconds_exact[] = { "seconds", "elapsed", "elapsed seconds", "time", "wall time",
    "relative time", "runtime", "timestamp", "train time", "total time", "created at", NULL };
static const char *const epoch_exact[] = { "epoch", "epochs", NULL };
static const char *const held_order[] = { "val", "valid", "validation", "eval", "evaluation", "dev", "heldout",
    "holdout", "test", NULL };

static bool same(const Words *w, const char *name)
{
    for (int i = 0; i < w->n; i++) {
        size_t n = strlen(w->s[i]);
        if (strncmp(name, w->s[i], n) != 0 || (name[n] != ' ' && name[n] != '\0') || (name[n] == '\0' && i + 1 < w->n))
            return false;
        name += n + (name[n] == ' ');
    }
    return *name == '\0' && w->n > 0;
}

/* 100 for the first name of the list, less for later ones, 0 for others. */
static int exact(const Words *w, const char *const *list)
{
    for (int i = 0; list[i]; i++)
        if (same(w, list[i]))
            return 100 - i;
    return 0;
}

static bool all_in(const Words *w, const char *const *list)
{
    for (int i = 0; i < w->n; i++)
        if (!words_in(w->s[i], list))
            return false;
    return w->n > 0;
}

static const char *last(const Words *w) { return w->n ? w->s[w->n - 1] : ""; }

static int step_rank(const Words *w)
{
    int rank = exact(w, step_exact);
    bool of_split = w->n == 2 && words_split(w->s[0]) != SPLIT_NONE && words_in(last(w), step_one);
    if (rank == 0 && (of_split || (words_in(last(w), step_last) && !words_any(w, no_step))))
        return 60;
    if (rank == 0 && words_in(last(w), epoch_exact) && !words_any(w, no_step))
        return 10;
    return rank;
}

/* Steps that restart in each epoch, or that may be something else. */
static bool is_batch(const Words *w)
{
    static const char *const names[] = { "batch", "minibatch", "s", NULL };
    return w->n > 0 && words_in(w->s[0], names);
}

/* Does a word after the loss, or the one before it and its neutral words, make something else of it? */
static bool spoiled(const Words *w, int at)
{
    int from = at;
    while (from > 0 && (words_neutral(w->s[from - 1]) || words_split(w->s[from - 1]) != SPLIT_NONE))
        from--;
    for (int i = from > 0 ? from - 1 : 0; i < w->n; i++)
        if (words_in(w->s[i], no_loss))
            return true;
    return false;
}

/* Names with a loss first; each word that is not expected makes another column more likely. */
static int loss_rank(const Words *w, bool held)
{
    int at = words_loss(w), rank = 90;
    if (at < 0) {
        bool one = w->n == 1 && (words_split(w->s[0]) == SPLIT_HELD_OUT) == held;
        bool value = one && !held && strcmp(w->s[0], "value") == 0;
        return value ? 10 : one && words_split(w->s[0]) != SPLIT_NONE ? 40 : 0;
    }
    if ((words_split_of(w, at) == SPLIT_HELD_OUT) != held || spoiled(w, at))
        return 0;
    for (int i = 0; i < w->n; i++)
        if (!words_neutral(w->s[i]) && words_split(w->s[i]) == SPLIT_NONE && rank > 50)
            rank -= 10;
    for (int i = 0; held && held_order[i]; i++)
        if (strcmp(held_order[i], w->s[at > 0 ? at - 1 : 0]) == 0 || strcmp(held_order[i], last(w)) == 0)
            return rank + 9 - i;
    return words_split_of(w, at) == SPLIT_TRAIN ? rank + 1 : rank;
}

static int rate_rank(const Words *w)
{
    bool lr = w->n > 0 && (strcmp(w->s[0], "lr") == 0 || strcmp(last(w), "lr") == 0);
    for (int i = 0; i + 1 < w->n; i++)
        lr = lr || (strcmp(w->s[i], "learning") == 0 && strcmp(w->s[i + 1], "rate") == 0);
    lr = lr || same(w, "learningrate");
    return lr && !words_any(w, no_rate) ? 90 - w->n : 0;
}

static int norm_rank(const Words *w)
{
    static const char *const gradients[] = { "grad", "grads", "gradient", "gradients", NULL };
    bool gradient = words_any(w, gradients);
    if (same(w, "gnorm") || same(w, "norm"))
        return 50;
    return gradient && strcmp(last(w), "norm") == 0 && all_in(w, norm_words) ? 90 : 0;
}

static int tokens_rank(const Words *w)
{
    int rank = exact(w, tokens_exact);
    bool about = words_any(w, tokens_exact);
    return rank ? rank : about && w->n > 1 && all_in(w, seen_words) ? 60 : 0;
}

int name_rank(RunColumn c, const char *name)
{
    Words w;
    words_of(&w, name, strlen(name));
    switch (c) {
    case RUN_STEP: return step_rank(&w);
    case RUN_TOKENS: return tokens_rank(&w);
    case RUN_SECONDS: return exact(&w, seconds_exact);
    case RUN_EPOCH: return words_in(last(&w), epoch_exact) && !words_any(&w, no_step) ? 100 - w.n : 0;
    case RUN_RATE: return rate_rank(&w);
    case RUN_TRAIN: return loss_rank(&w, false);
    case RUN_VAL: return loss_rank(&w, true);
    case RUN_NORM: return norm_rank(&w);
    default: return 0;
    }
}

bool names_loss(Field name)
{
    Words w;
    words_of(&w, name.s, name.n);
    return loss_rank(&w, false) > 10 || loss_rank(&w, true) > 10;
}

/* --- Consoles --- */

bool names_console_step(const char *word) { return words_in(word, console_steps); }

bool names_console_at(const Words *w)
{
    static const char *const rates[] = { "ms", "s", "sec", "seconds", "per", "time", "avg", "average", "tokens",
        "samples",
        "max", "total", "warmup", "every", "num", NULL };
    return !words_any(w, rates);
}

bool names_console_loss(const Words *w)
{
    int at = words_loss(w);
    for (int i = at + 1; at >= 0 && i < w->n; i++)
        if (!words_neutral(w->s[i]) && words_split(w->s[i]) == SPLIT_NONE)
            return false;
    return at >= 0 && !spoiled(w, at);
}

bool names_console_other(const Words *w) { return rate_rank(w) || norm_rank(w) || tokens_rank(w); }

/* --- Tables with a value a row --- */

static bool one_of(const char *name, const char *const *list)
{
    Words w;
    words_of(&w, name, strlen(name));
    return words_in(last(&w), list) || (w.n > 0 && words_in(w.s[0], list));
}

bool names_metric(const char *name) { return one_of(name, metric_names); }
bool names_value(const char *name) { return one_of(name, value_names); }
bool names_run(const char *name) { return one_of(name, run_names); }

/* --- The map --- */

static bool useful(const Columns *c, int i, bool any) { return !any || c->column[i].numbers + c->column[i].odd > 0; }

/* A table in long form has moved the values of "loss" to "train/loss" and "val/loss". */
static int moved_to(const Columns *c, RunColumn to, Field given)
{
    for (int i = 0; i < c->n; i++) {
        const char *slash = strchr(columns_name(c, i), '/');
        Words w;
        if (!slash || !field_same_name(given, (Field){ slash + 1, strlen(slash + 1) }) || !useful(c, i, true))
            continue;
        words_of(&w, columns_name(c, i), (size_t)(slash - columns_name(c, i)));
        if ((words_split_of(&w, w.n - 1) == SPLIT_HELD_OUT) == (to == RUN_VAL))
            return i;
    }
    return -1;
}

/* Maps a column by a name that the user gave. */
static bool take_given(NameMap *m, const Columns *c, RunColumn to, const char *name, bool any, Err *err)
{
    int at = -1;
    if (!name)
        return true;
    Field given = { name, strlen(name) };
    for (int i = 0; i < c->n && at < 0; i++)
        if (field_same_name(given, (Field){ columns_name(c, i), c->column[i].len }))
            at = i;
    if (at < 0)
        return err_set(err, "no column \"%.100s\"; %s", name, columns_said(c).s);
    if (!useful(c, at, any) && moved_to(c, to, given) >= 0)
        at = moved_to(c, to, given);
    if (!useful(c, at, any))
        return err_set(err, "the column \"%.100s\" holds no number", name);
    if (m->of[at] >= 0)
        return err_set(err, "the column \"%.100s\" is named twice, for different purposes", name);
    m->of[at] = (signed char)to;
    m->rank[at] = 100;
    return true;
}

static bool has(const NameMap *m, int n, RunColumn to)
{
    for (int i = 0; i < n; i++)
        if (m->of[i] == (signed char)to)
            return true;
    return false;
}

/* A single value, such as the average that ends a log, gives way to a column with more. */
enum { FEW = 3 };


static int rank_at(const NameMap *m, const Columns *c, RunColumn to, int i, bool any)
{
    int rank = m->of[i] >= 0 || !useful(c, i, any) ? 0 : name_rank(to, columns_name(c, i));
    bool few = (to == RUN_TRAIN || to == RUN_VAL) && c->column[i].numbers + c->column[i].odd < 2;
    return rank && any && few ? 1 + rank / FEW : rank;
}

/* In records, of losses that fit about as well the one with far more values. */
static bool better(const Columns *c, int rank, int i, int best_rank, int best, bool records)
{
    enum { MANY_MORE = 3, AS_WELL = 1 };
    if (best < 0)
        return true;
    if (records && rank >= best_rank - AS_WELL &&
        c->column[i].numbers >= MANY_MORE * c->column[best].numbers)
        return true;
    return rank > best_rank &&
           !(records && best_rank >= rank - AS_WELL && c->column[best].numbers >= MANY_MORE * c->column[i].numbers);
}

static void take_best(NameMap *m, const Columns *c, RunColumn to, bool any, bool records)
{
    int best = -1, best_rank = 0;
    for (int i = 0; i < c->n; i++) {
        int rank = rank_at(m, c, to, i, any);
        if (rank > 0 && better(c, rank, i, best_rank, best, records && (to == RUN_TRAIN || to == RUN_VAL))) {
            best = i;
            best_rank = rank;
        }
    }
    if (best < 0)
        return;
    if (to == RUN_TRAIN || to == RUN_VAL)
        for (int i = 0, k = to == RUN_VAL; i < c->n; i++)
            if (i != best && rank_at(m, c, to, i, any) == best_rank && best_rank > 1 + 100 / FEW && m->n_also[k]++ == 0)
                m->also[k] = i;
    m->of[best] = (signed char)to;
    m->rank[best] = (unsigned char)best_rank;
}

/* In records, every line may name its step in its own way. */
static void take_steps(NameMap *m, const Columns *c, bool any)
{
    for (int i = 0; i < c->n; i++) {
        Words w;
        words_of(&w, columns_name(c, i), c->column[i].len);
        int rank = rank_at(m, c, RUN_STEP, i, any);
        if (rank >= 60 && !is_batch(&w)) {
            m->of[i] = RUN_STEP;
            m->rank[i] = (unsigned char)rank;
        }
    }
}

/* Gradient norms by parameter group: "grad_qkv"; not the settings that begin so. */
static void take_groups(NameMap *m, const Columns *c)
{
    static const char *const settings[] = { "accum", "accumulation", "steps", "clip", "clipping", "scale", "scaler",
        "time", "checkpointing", "loss", NULL };
    for (int i = 0, group = 0; i < c->n; i++) {
        Words w;
        words_of(&w, columns_name(c, i), c->column[i].len);
        if (m->of[i] >= 0 || w.n < 2 || strcmp(w.s[0], "grad") != 0 || words_any(&w, settings))
            continue;
        if (group < RUN_GROUPS)
            m->of[i] = (signed char)(RUN_GROUP + group++);
        else
            m->groups_left++;
    }
}

static bool any_number(const Columns *c)
{
    for (int i = 0; i < c->n; i++)
        if (c->column[i].numbers + c->column[i].odd + c->column[i].words > 0)
            return true;
    return false;
}

bool names_map(NameMap *m, const Columns *c, RunNames names, bool records, bool *no_loss_found, Err *err)
{
    bool any = any_number(c);
    *m = (NameMap){ .also = { -1, -1 } };
    memset(m->of, -1, sizeof m->of);
    if (!take_given(m, c, RUN_STEP, names.step, any, err) || !take_given(m, c, RUN_TRAIN, names.train, any, err) ||
        !take_given(m, c, RUN_VAL, names.val, any, err))
        return false;
    if (records && !has(m, c->n, RUN_STEP))
        take_steps(m, c, any);
    for (RunColumn to = 0; to < RUN_GROUP; to++)
        if (!has(m, c->n, to))
            take_best(m, c, to, any, records);
    take_groups(m, c);
    *no_loss_found = !has(m, c->n, RUN_TRAIN) && !has(m, c->n, RUN_VAL);
    return !*no_loss_found || err_set(err, "no column is named like a loss (train_loss, loss, val_loss, …): %s",
                                      columns_said(c).s);
}
