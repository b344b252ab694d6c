#include "cli/explain/subject.h"
#include "base/file.h"
#include "cli/model_file.h"
#include "text/letters.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note(Subject *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void note(Subject *s, const char *fmt, ...)
{
    va_list args;
    if (s->n_notes == SUBJECT_NOTES)
        return;
    va_start(args, fmt);
    vsnprintf(s->notes[s->n_notes++], SUBJECT_NOTE, fmt, args);
    va_end(args);
}

/* A malloc'd copy of n_from tokens. */
static int *copy_tokens(const int *from, int n_from, size_t *n, Err *err)
{
    *n = (size_t)n_from;
    int *ids = malloc(*n * sizeof *ids);
    if (!ids)
        err_set(err, "out of memory for %d characters", n_from);
    else
        memcpy(ids, from, *n * sizeof *ids);
    return ids;
}

int *subject_tokens(const Subject *s, const char *text, size_t *n, Err *err)
{
    FileData d = { 0 };
    int     *ids = NULL;
    if (strcmp(text, "-") != 0)
        ids = vocab_tokens(&s->model.file.vocab, text, strlen(text), n, NULL, err);
    else if (file_read("-", &d, err))
        ids = vocab_tokens(&s->model.file.vocab, d.p, d.len, n, NULL, err);
    file_free(&d);
    return ids;
}

/* All tokens of the prompt, malloc'd. */
static int *read_prompt(const Subject *s, const SubjectRequest *a, size_t *n, Err *err)
{
    if (a->watched)
        return copy_tokens(a->watched, a->n_watched, n, err);
    if (!a->prompt) {
        err_set(err, "no prompt: give one with --prompt \"TEXT\", or --prompt - to read standard input");
        return NULL;
    }
    int *ids = subject_tokens(s, a->prompt, n, err);
    if (!ids || *n > 0)
        return ids;
    err_set(err, "the prompt is empty: give at least one character");
    free(ids);
    return NULL;
}

/* The last `context` tokens; *n becomes their number. */
static const int *in_view(Subject *s, const int *ids, size_t *n)
{
    size_t T = (size_t)s->model.file.config.context;
    if (*n <= T)
        return ids;
    note(s, "the prompt has %zu characters, the model's context is %zu: only the last %zu are used", *n, T, T);
    ids += *n - T;
    *n = T;
    return ids;
}

/* The token of --target; -1 with *err set. A character spelled as bytes means its first byte. */
static int requested_target(Subject *s, const char *text, Err *err)
{
    const Vocab *v = &s->model.file.vocab;
    int      len, ids[TEXT_ENCODED];
    uint32_t c = text_decode(text, strlen(text), &len);
    if (!*text || text[len]) {
        err_set(err, "--target \"%s\": give exactly one character", text);
        return -1;
    }
    int n = vocab_char(v, c, ids);
    if (n == 0) {
        vocab_lacks(v, c, err);
        err_in(err, "--target");
        return -1;
    }
    if (n > 1)
        note(s, "the model encodes the target as %d bytes: only the first is explained", n);
    return ids[0];
}

/* The target after position pos: requested, or the next in the prompt, or -1 for the most probable. */
static bool choose_target(Subject *s, const SubjectRequest *a, const int *ids, size_t n, int pos, int *target,
                          Err *err)
{
    s->target_why = a->watched ? "the one watched" : "requested";
    s->given = true;
    if (a->watched) {
        *target = a->watched[a->n_watched];
        return true;
    }
    if (a->target)
        return (*target = requested_target(s, a->target, err)) >= 0;
    bool follows = s->given = (size_t)pos + 1 < n;
    s->target_why = follows ? "the next one in the prompt" : "the most probable";
    *target = follows ? ids[pos + 1] : -1;
    return true;
}

static bool inside(const char *what, int given, int n, Err *err)
{
    return given < n ||
           err_set(err, "--%s %d: the last one is %d, counted from 0", what, given, n - 1);
}

/* The same for a place such as 3.2.45. */
static bool exists(const SubjectRequest *a, const char *what, int given, int n, Err *err)
{
    return !a->place[0] ? inside(what, given, n, err) :
           given < n || err_set(err, "%s: there is no %s %d, the last one is %d", a->place, what, given, n - 1);
}

static bool choose_row(Subject *s, const SubjectRequest *a, Err *err)
{
    const Explain *e = &s->e;
    if (!exists(a, "layer", a->layer, e->L, err) || !exists(a, "head", a->head, e->H, err) ||
        !exists(a, "row", a->row, e->T, err))
        return false;
    s->chosen = a->layer < 0 || a->head < 0;
    s->wanted = (ExplainRow){ a->layer, a->head, a->row };
    s->at = explain_trace_most_pushed(e, a->layer, a->head, a->row < 0 ? e->T - 1 : a->row);
    return true;
}

/* *misuse is false while the model runs: a failure there is not the user's mistake. */
static bool run(Subject *s, const SubjectRequest *a, const int *ids, size_t n, bool *misuse, Err *err)
{
    int target, pos = a->pos < 0 ? (int)n - 1 : a->pos;
    if (!inside("pos", pos, (int)n, err) || !choose_target(s, a, ids, n, pos, &target, err))
        return false;
    if ((size_t)pos + 1 < n)
        note(s, "the text after position %d is ignored: earlier characters cannot attend to it", pos);
    *misuse = false;
    if (!explain_open(&s->e, &s->model.gpt, ids, pos + 1, target))
        return err_set(err, "%s", s->e.err.msg);
    *misuse = true;
    return choose_row(s, a, err);
}

bool subject_open(Subject *s, const SubjectRequest *a, bool *misuse, Err *err)
{
    size_t n = 0;
    *s = (Subject){ .n_notes = 0 };
    *misuse = false;
    if (!model_file_find(a->model, s->path, sizeof s->path, err))
        return false;
    model_file_note("explain", a->model, s->path);
    if (!model_open(&s->model, s->path, PARAMS_GRADIENTS, err))
        return false;
    *misuse = true;
    int *ids = read_prompt(s, a, &n, err);
    if (!ids)
        return false;
    s->n_given = n;
    const int *seen = in_view(s, ids, &n);
    bool ok = run(s, a, seen, n, misuse, err);
    free(ids);
    return ok;
}

void subject_close(Subject *s)
{
    explain_close(&s->e);
    model_close(&s->model);
}

bool *subject_letters(Subject *s)
{
    bool *letter = explain_alloc(&s->e, (size_t)s->e.V, sizeof *letter);
    for (int id = 0; letter && id < s->e.V; id++)
        letter[id] = letter_in_word(subject_char(s, id)) || letter_kind(subject_char(s, id)) == LETTER_APOSTROPHE;
    return letter;
}
