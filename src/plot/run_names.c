#include "plot/run_names.h"
#include <stdio.h>
#include <string.h>

/* Names in use, normalized as by field_name, the most specific first. */
static const char *const step_names[] = { "step", "global_step", "steps", "iter", "iteration", "iterations", "iters",
    "iter_num", "update", "batch", "epoch", NULL };
static const char *const tokens_names[] = { "tokens", "characters", "chars", "num_tokens", "tokens_seen",
    "consumed_tokens", "num_input_tokens_seen", NULL };
static const char *const seconds_names[] = { "seconds", "elapsed", "elapsed_seconds", "time", "wall_time",
    "relative_time", "runtime", NULL };
static const char *const epoch_names[] = { "epoch", "epochs", NULL };
static const char *const rate_names[] = { "lr", "learning_rate", "learningrate", NULL };
static const char *const train_names[] = { "train_loss", "loss_train", "training_loss", "trainloss", "loss", "train",
    "loss_training", "nll", "cross_entropy", "value", NULL };
static const char *const val_names[] = { "val_loss", "loss_val", "valid_loss", "validation_loss", "eval_loss",
    "valloss", "loss_valid", "val", "valid", "validation", "dev_loss", "test_loss", NULL };
static const char *const norm_names[] = { "grad_norm", "gradient_norm", "gnorm", "total_grad_norm", "norm", NULL };

static const char *const *const known[RUN_GROUP] = {
    [RUN_STEP] = step_names, [RUN_TOKENS] = tokens_names, [RUN_SECONDS] = seconds_names, [RUN_EPOCH] = epoch_names,
    [RUN_RATE] = rate_names, [RUN_TRAIN] = train_names, [RUN_VAL] = val_names, [RUN_NORM] = norm_names,
};

static int find(const Field *fields, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (field_is(fields[i], name))
            return i;
    return -1;
}

static int find_any(const Field *fields, int n, const char *const *names)
{
    int at = -1;
    for (; at < 0 && *names; names++)
        at = find(fields, n, *names);
    return at;
}

/* Recognizes names such as "valid/lm_loss" and "eval/loss". */
static bool held_out(const char *name)
{
    return strstr(name, "val") || strstr(name, "eval") || strstr(name, "test") || strstr(name, "dev");
}

static int find_loss(const Field *fields, int n, bool val)
{
    for (int i = 0; i < n; i++) {
        char name[RUN_NAME];
        field_name(fields[i], name, sizeof name);
        if (strstr(name, "loss") && held_out(name) == val)
            return i;
    }
    return -1;
}

static void take(RunMap *m, RunColumn c, int at)
{
    if (at >= 0 && m->of[at] < 0)
        m->of[at] = (signed char)c;
}

/* Maps a column by a name that the user gave. */
static bool take_given(RunMap *m, const Field *fields, int n, RunColumn c, const char *name, Err *err)
{
    char plain[RUN_NAME];
    if (!name)
        return true;
    field_name((Field){ name, strlen(name) }, plain, sizeof plain);
    int at = find(fields, n, plain);
    if (at < 0)
        return err_set(err, "no column \"%s\"; %s", name, run_map_columns(fields, n).s);
    if (m->of[at] >= 0)
        return err_set(err, "the column \"%s\" is named twice, for different purposes", name);
    m->of[at] = (signed char)c;
    return true;
}

static bool has(const RunMap *m, int n, RunColumn c)
{
    for (int i = 0; i < n; i++)
        if (m->of[i] == (signed char)c)
            return true;
    return false;
}

static void take_groups(RunMap *m, const Field *fields, int n)
{
    int group = 0;
    for (int i = 0; i < n && group < RUN_GROUPS; i++) {
        char name[RUN_NAME];
        field_name(fields[i], name, sizeof name);
        if (m->of[i] < 0 && strncmp(name, "grad_", 5) == 0)
            m->of[i] = (signed char)(RUN_GROUP + group++);
    }
}

RunColumns run_map_columns(const Field *fields, int n)
{
    RunColumns c = { "its columns are" };
    for (int i = 0; i < n; i++) {
        char   name[RUN_NAME];
        size_t at = strlen(c.s), room = sizeof c.s - at;
        field_name(fields[i], name, sizeof name);
        bool fits = strlen(name) + sizeof "(none), …" < room;
        snprintf(c.s + at, room, "%s%s", i > 0 ? ", " : " ", !fits ? "…" : *name ? name : "(none)");
        if (!fits)
            break;
    }
    return c;
}

bool run_map(RunMap *m, const Field *fields, int n, RunNames names, Err *err)
{
    memset(m->of, -1, sizeof m->of);
    if (!take_given(m, fields, n, RUN_STEP, names.step, err) ||
        !take_given(m, fields, n, RUN_TRAIN, names.train, err) ||
        !take_given(m, fields, n, RUN_VAL, names.val, err))
        return false;
    for (RunColumn c = 0; c < RUN_GROUP; c++)
        if (!has(m, n, c))
            take(m, c, find_any(fields, n, known[c]));
    if (!has(m, n, RUN_TRAIN))
        take(m, RUN_TRAIN, find_loss(fields, n, false));
    if (!has(m, n, RUN_VAL))
        take(m, RUN_VAL, find_loss(fields, n, true));
    take_groups(m, fields, n);
    m->no_loss = !has(m, n, RUN_TRAIN) && !has(m, n, RUN_VAL);
    return !m->no_loss || err_set(err, "no column is named like a loss (train_loss, loss, val_loss, …): %s",
                                  run_map_columns(fields, n).s);
}
