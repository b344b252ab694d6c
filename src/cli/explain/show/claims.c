#include "cli/explain/show/show.h"
#include "cli/explain/show/claims_text.h"
#include "explain/claims.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

#define LIMIT_RIGHT   0.95                  /* fraction of items answered correctly                 */
#define LIMIT_CHANCE  0.60                  /* at most this counts as chance, one half              */
#define LIMIT_SHARE   3.0                   /* times uniform attention                              */
#define LIMIT_AGREE   0.95                  /* fraction of |ds| that moves against its sign         */
#define LIMIT_PREDICT 0.05                  /* relative error of a predicted change of the loss     */
#define LIMIT_RANK    0.5                   /* mean rank correlation of gradient and masking        */
#define LIMIT_LOWERED 0.9                   /* fraction of sentences                                */
#define LIMIT_RAISED  0.75                  /* fraction of scores: the others share their parameters */
#define LIMIT_SUM     1e-9                  /* rounding of shares that add up to 1                  */

typedef struct Table {
    const Term *t;
    int         number, failed;
} Table;

/* Prints a claim with its verdict. */
static void claim(Table *x, bool ok, const char *text)
{
    const Term *t = x->t;
    x->failed += !ok;
    char number[200];
    snprintf(number, sizeof number, "%d. %s", ++x->number, text);
    fprintf(t->file, "\n%s%s%s  ", screen_color(t, ok ? 'p' : 'f'), ok ? "PASS" : "FAIL", screen_color(t, 0));
    screen_text(t, 6, 9, number);
}

static void line(Table *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void line(Table *x, const char *fmt, ...)
{
    char    text[256] = "         ";
    va_list args;
    va_start(args, fmt);
    vsnprintf(text + 9, sizeof text - 9, fmt, args);
    va_end(args);
    screen_line(x->t, 9, text);
}

/* The head that attends most to the clue beside the one that the answer needs most. */
static void print_needed(Table *x, const Claims *m, int heads)
{
    const WhyNeeded *r = &m->needed;
    bool same = r->layer == m->layer && r->head == m->head;
    line(x, "loss added, masked in the last row of one head, %d sentences:", r->sentences);
    line(x, "  head %d.%d, %-24s%7.3f", r->layer, r->head, same ? "attends and matters most" : "matters most",
         r->cost[r->layer * heads + r->head]);
    if (!same)
        line(x, "  head %d.%d, %-24s%7.3f", m->layer, m->head, "attends most",
             r->cost[m->layer * heads + m->head]);
}

static void context_claims(Table *x, const Claims *m, int heads)
{
    bool right = m->right >= LIMIT_RIGHT && m->bigram <= LIMIT_CHANCE && m->ablated <= LIMIT_CHANCE;
    claim(x, right, "Context decides the meaning: held-out sentences, two candidates");
    line(x, "this model                          %5.1f %%  (at least 95)", 100 * m->right);
    line(x, "bigram counts                       %5.1f %%  (near 50)", 100 * m->bigram);
    line(x, "this model, all heads ablated       %5.1f %%  (near 50)", 100 * m->ablated);
    claim(x, m->share >= LIMIT_SHARE && m->masked <= LIMIT_CHANCE, "It does so by attending to the clue");
    line(x, "attention on the clue / uniform     %5.1f x  (layer %d, head %d)", m->share, m->layer,
         m->head);
    line(x, "correct with the clue masked        %5.1f %%  (near 50)", 100 * m->masked);
    print_needed(x, m, heads);
}

static void gradient_claims(Table *x, const Claims *m)
{
    bool holds = m->agree >= LIMIT_AGREE && m->predicted <= LIMIT_PREDICT && m->predicted_step <= LIMIT_PREDICT;
    claim(x, holds, "Queries and keys move as their gradient says");
    line(x, "a step on queries and keys alone, %d sentences:", m->steps);
    line(x, "  scores that moved against ds      %5.1f %%  (by |ds|; at least 95)", 100 * m->agree);
    line(x, "  the same, all rows of the layer   %5.1f %%", 100 * m->agree_layer);
    line(x, "  error of predicted loss change    %5.1f %%  (at most 5)", 100 * m->predicted);
    line(x, "a step on all parameters:");
    line(x, "  scores that moved against ds      %5.1f %%", 100 * m->agree_step);
    line(x, "  error of predicted loss change    %5.1f %%  (at most 5)", 100 * m->predicted_step);
    const ExplainSweep *hard = &m->sweep[SWEEP_ROWS - 2];
    bool none = isinf(hard->factor) && hard->ds == 0 && hard->dq == 0 && hard->dk == 0;
    claim(x, none && hard->dv > 0, "Soft attention passes gradient, hard attention does not");
    line(x, "scores x      |ds|      |dq|      |dk|      |dv|");
    for (const ExplainSweep *s = m->sweep; s <= hard; s++)
        line(x, "%-8s %9.2e %9.2e %9.2e %9.2e", s->name, s->ds, s->dq, s->dk, s->dv);
}

static void model_claims(Table *x, const Claims *m, int layers, double with, double without)
{
    claim(x, m->alike > 1.5 * m->shuffled, "Similar characters get similar embeddings");
    line(x, "nearest neighbour of the same class %5.1f %%", 100 * m->alike);
    line(x, "the same, embeddings shuffled       %5.1f %%", 100 * m->shuffled);
    line(x, "(classes: vowels, other lower-case letters, capitals, digits)");
    if (isnan(without)) {
        fprintf(x->t->file, "\n----  %d. Position embeddings matter\n", ++x->number);
        line(x, "not measured: give a model without them with --compare");
    } else {
        claim(x, without > with, "Position embeddings matter");
        line(x, "validation loss with / without      %.4f / %.4f  (%+.4f)", with, without, without - with);
    }
    claim(x, m->lens[layers] < m->lens[0], "Deeper layers refine the prediction: loss by the logit lens");
    line(x, "after the embedding   %8.4f", m->lens[0]);
    for (int l = 1; l <= layers; l++)
        line(x, "after layer %-2d        %8.4f", l - 1, m->lens[l]);
}

static void path_claim(Table *x, const Claims *m)
{
    claim(x, m->path_error <= LIMIT_SUM, "All gradient comes from the output: its share by path");
    for (int k = 0; k < PATHS; k++)
        line(x, "through %-6s %6.1f %%", explain_path_names[k], 100 * m->path[k]);
    line(x, "they add up to 1 within %.1e", m->path_error);
}

static void keys_claim(Table *x, const Claims *m)
{
    static const char *const rows[CLAIMS_ROWS] = { "in the row with the largest push", "in the row that attends most "
                                                   "to the clue" };
    bool ok = m->keys[CLAIMS_PUSHED].rank >= LIMIT_RANK && m->keys[CLAIMS_ATTENDING].rank >= LIMIT_RANK;
    claim(x, ok, "The gradient ranks keys as masking them does");
    for (int k = 0; k < CLAIMS_ROWS; k++) {
        const ClaimsKeys *y = &m->keys[k];
        line(x, "%s, %d sentences:", rows[k], m->steps);
        if (y->rows) {
            line(x, "  rank correlation                  %7.3f  (at least %.1f)", y->rank, LIMIT_RANK);
            line(x, "  from sentence to sentence         %7.3f to %.3f", y->least, y->most);
        } else
            line(x, "  rank correlation                     none: no row has an order");
        line(x, "  keys that change the loss by %.1f   %5d", KEYS_LARGE, y->large);
        line(x, "  of these, |ds| under a tenth of it%5d", y->misjudged);
        line(x, "  redundant keys                    %5d", y->redundant);
    }
}

static void previous_claim(Table *x, const Claims *m)
{
    claim(x, m->previous >= LIMIT_SHARE, "Some head attends to the previous character");
    line(x, "attention on it / uniform           %5.1f x  (head %d.%d; at least 3)", m->previous, m->previous_layer,
         m->previous_head);
    line(x, "what every head does: --roles");
}

static void content_claim(Table *x, const Claims *m)
{
    static const char text[] = "It finds the clue by its content, not by its distance";
    if (isnan(m->content)) {
        fprintf(x->t->file, "\n----  %d. %s\n", ++x->number, text);
        line(x, "not measured: only rotary positions tell one from the other");
        return;
    }
    claim(x, m->content >= LIMIT_SHARE && !(m->deleted >= m->content), text);
    line(x, "attention on the clue / uniform     %5.1f x  (head %d.%d, see 2)", m->read, m->needed.layer,
         m->needed.head);
    line(x, "the same, distance averaged out     %5.1f x  (at least 3)", m->content);
    line(x, "with the clue deleted, in its place %5.1f x  (%d sentences)", m->deleted, m->steps);
    line(x, "why a head looks where it looks: --why");
}

/* What the head that matters most writes for the clue, and what a step teaches it. */
static void shown_claims(Table *x, const Claims *m)
{
    const WhyShown *s = &m->shown;
    double prompts = s->prompts;
    claim(x, s->prompts > 0 && s->lowered >= LIMIT_LOWERED * prompts && s->writes_error <= LIMIT_SUM,
          "What it reads there, it writes to the answer");
    line(x, "sentences where its mask costs %.1f  %5d    (head %d.%d; of %d)", KEYS_LARGE, s->prompts,
         m->needed.layer, m->needed.head, m->measured);
    if (s->prompts) {
        line(x, "its value removed, the answer loses %5.1f %%  (of %d; at least 90)", 100 * s->lowered / prompts,
             s->prompts);
        line(x, "log-odds it loses, on average       %5.2f", s->nats / prompts);
        line(x, "directly and through later layers: adds up within %.1e", s->writes_error);
    }
    claim(x, s->raised >= LIMIT_RAISED * s->meant && s->predicted <= LIMIT_PREDICT * s->lessons &&
          s->lesson_error <= LIMIT_SUM, "A gradient step teaches that head what its lesson says");
    line(x, "scores meant to rise that rose      %5.1f %%  (of %d; at least 75)", 100.0 * s->raised / s->meant,
         s->meant);
    line(x, "error of predicted loss change      %5.1f %%  (at most 5)", 100 * s->predicted / s->lessons);
    line(x, "gradients as sums over positions add up within %.1e", s->lesson_error);
}

/* The best validation loss of the model in a file, whose positions must be as `positions` says. */
static bool loss_of(const char *path, const char *flag, bool positions, double *loss, Err *err)
{
    Checkpoint c;
    if (!checkpoint_open(&c, path, err))
        return false;
    bool ok = (c.config.positions != POSITIONS_NONE) == positions ||
              err_set(err, "--%s %s: that model has %spositions; train one with --positions %s", flag, path,
                      positions ? "no " : "", positions ? "rotary" : "none");
    *loss = c.state.best_loss;
    checkpoint_close(&c);
    return ok;
}

/* Validation losses with and without positions; *without is NaN if no model without them is given. */
static bool losses(const ExplainOptions *o, const Model *model, double *with, double *without, Err *err)
{
    *with = model->file.state.best_loss;
    *without = NAN;
    return (!o->compare || loss_of(o->compare, "compare", false, without, err)) &&
           (!o->against || loss_of(o->against, "against", true, with, err));
}

static bool print(Table *x, Model *model, const ExplainOptions *o, const ClaimsText *files, const Clues *clues,
                  const FileData *text, Err *err)
{
    Claims m;
    double with, without;
    if (!losses(o, model, &with, &without, err) ||
        !claims_measure(&m, &model->gpt, &model->file.vocab, clues, text->p, text->len, err))
        return false;
    term_print(x->t->file, "Measured on %s (step %ld)\nwith the %d held-out items of %s.\n", o->model,
            model->file.state.step, m.items, files->clues);
    context_claims(x, &m, model->file.config.heads);
    gradient_claims(x, &m);
    model_claims(x, &m, model->file.config.layers, with, without);
    path_claim(x, &m);
    keys_claim(x, &m);
    previous_claim(x, &m);
    content_claim(x, &m);
    shown_claims(x, &m);
    fprintf(x->t->file, "\n%d FAIL\n", x->failed);
    claims_free(&m);
    return true;
}

bool show_claims(const Term *t, const ExplainOptions *o, int *failed, Err *err)
{
    Table    x = { .t = t };
    Model    model;
    Clues    clues = { 0 };
    FileData text = { 0 };
    ClaimsText files;
    if (!model_open(&model, o->model, PARAMS_GRADIENTS, err))
        return false;
    bool ok = claims_text_find(&files, o->text, o->clues, &model.file, o->model, err) &&
              clues_read(&clues, files.clues, &model.file.vocab, model.file.config.context, err) &&
              file_read(files.text, &text, err) && print(&x, &model, o, &files, &clues, &text, err);
    *failed = x.failed;
    file_free(&text);
    clues_free(&clues);
    model_close(&model);
    return ok;
}
