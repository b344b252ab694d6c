#include "cli/explain/json/json.h"
#include "cli/explain/halves/halves.h"
#include "cli/explain/snapshots.h"
#include "cli/explain/tape.h"
#include "cli/explain/roles/census.h"
#include "cli/explain/versus/versus.h"
#include "cli/explain/why/lesson.h"
#include "cli/explain/why/why.h"
#include "cli/explain/words.h"
#include "base/human.h"
#include "base/topk.h"
#include <math.h>
#include <string.h>

/* Limits the size of a page: "layers" keeps to MOST_NUMBERS by dropping early rows and keys, down to LEAST_WINDOW. */
enum { DIGITS = 12, MOST_NUMBERS = 1000000, LEAST_WINDOW = 16, ORDER = 40, SENTENCE = 1024 };

static void character(Json *j, const Subject *s, int place, int id)
{
    uint32_t c = subject_char(s, id);
    char     text[TEXT_ENCODED], name[TEXT_NAME];
    json_object(j, NULL);
    if (place >= 0)
        json_int(j, "i", place);
    json_int(j, "id", id);
    if (c & TEXT_RAW) {
        json_null(j, "code");
        json_int(j, "byte", c & 0xff);
    } else {
        json_int(j, "code", c);
        json_null(j, "byte");
    }
    json_bytes(j, "text", text, (size_t)text_encode(c, text));
    json_text(j, "show", human_char(c, true).s);
    json_text(j, "name", text_name(c, name));
    json_end(j);
}

static void setting(Json *j, const Setting *s, double value)
{
    char text[SETTING_TEXT];
    if (s->names)
        json_text(j, s->key, setting_text(s, value, text));
    else if (s->type == TYPE_SWITCH)
        json_bool(j, s->key, value != 0);
    else
        json_number(j, s->key, value, DIGITS);
}

static void model(Json *j, const Subject *s)
{
    const Config *c = &s->model.file.config;
    json_object(j, "model");
    json_text(j, "path", s->path);
    for (int id = 0; id < SETTINGS; id++)
        if (setting_table[id].shape)
            setting(j, &setting_table[id], setting_value(&setting_table[id], c, NULL));
    json_int(j, "width", c->channels / c->heads);
    json_int(j, "parameters", (int64_t)s->model.gpt.params.count);
    json_int(j, "step", s->model.file.state.step);
    json_end(j);
}

static void texts(Json *j, const Subject *s)
{
    json_array(j, "notes");
    for (int k = 0; k < s->n_notes; k++)
        json_text(j, NULL, s->notes[k]);
    json_end_array(j);
    json_array(j, "characters");
    for (int i = 0; i < s->e.T; i++)
        character(j, s, i, s->e.ids[i]);
    json_end_array(j);
    json_array(j, "vocabulary");
    for (int id = 0; id < s->e.V; id++)
        character(j, s, -1, id);
    json_end_array(j);
}

static void answer(Json *j, const Report *r)
{
    const Explain *e = &r->s->e;
    int order[ORDER], n = e->V < ORDER ? e->V : ORDER;
    topk(r->p, e->V, n, false, order);
    json_object(j, "answer");
    json_int(j, "pos", e->T - 1);
    json_int(j, "target", e->target);
    json_text(j, "target_why", r->s->target_why);
    json_number(j, "p", r->p[e->target], DIGITS);
    json_number(j, "loss", e->loss, DIGITS);
    json_number(j, "entropy", explain_trace_entropy(r->p, e->V), DIGITS);
    json_numbers(j, "p_all", r->p, e->V, DIGITS);
    json_array(j, "order");
    for (int k = 0; k < n; k++)
        json_int(j, NULL, order[k]);
    json_end_array(j);
    json_end(j);
}

static void row(Json *j, const Explain *e, ExplainRow at)
{
    json_int(j, "layer", at.layer);
    json_int(j, "head", at.head);
    json_int(j, "row", at.row);
    json_number(j, "push", explain_trace_push(e, at), DIGITS);
}

static void where(Json *j, const Report *r)
{
    char words[SENTENCE];
    bool same = memcmp(&r->largest, &r->s->at, sizeof r->largest) == 0;
    json_object(j, "where");
    row(j, &r->s->e, r->s->at);
    json_bool(j, "chosen", subject_free(r->s));
    json_text(j, "why", words_why(words, sizeof words, r->s, r->largest));
    if (same) {
        json_null(j, "larger");
    } else {
        json_object(j, "larger");
        row(j, &r->s->e, r->largest);
        json_end(j);
    }
    json_end(j);
    char both[2 * SENTENCE], step[SENTENCE];
    snprintf(both, sizeof both, "%s %s", words_cause(words, sizeof words, r->s, &r->cause, 0, true),
             words_step(step, sizeof step, r->s, r->trace.at, true));
    json_text(j, "sentence", both);
}

static void invariants(Json *j, const Report *r)
{
    json_array(j, "invariants");
    for (int k = 0; k < EXPLAIN_CHECKS; k++) {
        json_object(j, NULL);
        json_text(j, "name", r->checks[k].name);
        json_bool(j, "ok", r->checks[k].ok);
        json_number(j, "value", r->checks[k].value, DIGITS);
        json_number(j, "limit", r->checks[k].limit, DIGITS);
        json_text(j, "text", r->checks[k].why);
        json_end(j);
    }
    json_end_array(j);
}

static void sweep(Json *j, const Report *r)
{
    json_array(j, "sweep");
    for (int k = 0; k < SWEEP_ROWS; k++) {
        const ExplainSweep *x = &r->sweep[k];
        json_object(j, NULL);
        json_text(j, "name", x->name);
        json_number(j, "factor", x->factor, DIGITS);
        json_number(j, "entropy", x->entropy, DIGITS);
        json_number(j, "loss", x->loss, DIGITS);
        json_number(j, "p", x->p, DIGITS);
        json_number(j, "ds", x->ds, DIGITS);
        json_number(j, "dq", x->dq, DIGITS);
        json_number(j, "dk", x->dk, DIGITS);
        json_number(j, "dv", x->dv, DIGITS);
        json_end(j);
    }
    json_end_array(j);
}

static void step(Json *j, const Report *r)
{
    const ExplainStep *x = &r->step;
    int n = r->trace.n;
    json_object(j, "step");
    json_number(j, "rate", x->rate, DIGITS);
    json_number(j, "first", x->first, DIGITS);
    json_number(j, "second", x->second, DIGITS);
    json_number(j, "actual", x->actual, DIGITS);
    json_number(j, "loss_before", r->s->e.loss, DIGITS);
    json_number(j, "loss_after", r->s->e.loss + x->actual, DIGITS);
    json_number(j, "p_before", x->p_before, DIGITS);
    json_number(j, "p_after", x->p_after, DIGITS);
    json_number(j, "agree", x->agree, DIGITS);
    json_numbers(j, "s_before", x->before.s, n, DIGITS);
    json_numbers(j, "s_after", x->after.s, n, DIGITS);
    json_numbers(j, "a_before", x->before.a, n, DIGITS);
    json_numbers(j, "a_after", x->after.a, n, DIGITS);
    json_numbers(j, "ds_before", x->before.ds, n, DIGITS);
    json_numbers(j, "ds_after", x->after.ds, n, DIGITS);
    json_end(j);
}

static void effects(Json *j, const Report *r)
{
    int T = r->s->e.T;
    json_object(j, "effects");
    json_text(j, "baseline", "the mean of all embeddings at every position; position embeddings unchanged");
    json_int(j, "points", r->integrated.points);
    json_numbers(j, "integrated", r->integrated.integrated, T, DIGITS);
    json_number(j, "sum", r->integrated.sum, DIGITS);
    json_number(j, "expected", r->integrated.expected, DIGITS);
    json_number(j, "error", r->integrated.error, DIGITS);
    json_numbers(j, "deleted", r->deleted, T, DIGITS);
    json_numbers(j, "masked", r->masked, T, DIGITS);
    json_end(j);
}

/* The characters masked, the heads ablated: those of the edit alone. */
static void edited(Json *j, const Explain *e, const ExplainEdit *d)
{
    json_array(j, "characters");
    for (int i = 0; d->kind == EDIT_MASK && i < e->T; i++)
        if (d->masked ? d->masked[i] : i == d->j)
            json_int(j, NULL, i);
    json_end_array(j);
    json_array(j, "heads");
    for (int k = 0; d->kind == EDIT_ABLATE && k < e->L * e->H; k++)
        if (d->heads ? d->heads[k] : k == d->layer * e->H + d->head) {
            json_array(j, NULL);
            json_int(j, NULL, k / e->H);
            json_int(j, NULL, k % e->H);
            json_end_array(j);
        }
    json_end_array(j);
}

static void nudges(Json *j, const Report *r)
{
    static const char *const kinds[] = { "nudge", "set-attn", "ablate", "mask" };
    char words[SENTENCE];
    json_array(j, "nudges");
    for (int k = 0; k < r->n_edits; k++) {
        const ExplainEdit   *d = &r->edits[k];
        const ExplainLossChange *c = &r->changes[k];
        json_object(j, NULL);
        json_text(j, "what", words_edit(words, sizeof words, r->s, d, true));
        json_text(j, "kind", kinds[d->kind]);
        json_int(j, "layer", d->layer);
        json_int(j, "head", d->head);
        json_int(j, "i", d->i);
        json_int(j, "j", d->j);
        json_number(j, "by", d->by, DIGITS);
        edited(j, &r->s->e, d);
        json_number(j, "before", r->s->e.loss, DIGITS);
        json_number(j, "first", c->first, DIGITS);
        json_number(j, "second", c->second, DIGITS);
        json_number(j, "actual", c->actual, DIGITS);
        json_end(j);
    }
    json_end_array(j);
}

static void tape(Json *j, const Explain *e)
{
    char name[TAPE_NAME], shape[64];
    json_array(j, "tape");
    for (const Tensor *y = e->out.loss; y; y = y->prev) {
        json_object(j, NULL);
        json_text(j, "op", y->op->name);
        json_text(j, "math", y->op->math);
        json_text(j, "shape", tensor_str(y, shape));
        json_text(j, "name", tape_name(e, y, name));
        json_number(j, "val", tape_rms(y->val, tensor_len(y)), 6);
        json_number(j, "grad", y->op == &op_constant ? NAN : tape_rms(y->grad, tensor_len(y)), 6);
        json_end(j);
    }
    json_end_array(j);
}

/* How many numbers "layers" has with w characters in each matrix. */
static double numbers(const Explain *e, int w)
{
    return (double)e->L * e->H * (2.5 * w * (w + 1) + 4.0 * w * e->D);
}

/* The first row and key of "layers". */
static int first_shown(const Explain *e)
{
    int w = e->T;
    while (w > LEAST_WINDOW && numbers(e, w) > MOST_NUMBERS)
        w--;
    return e->T - w;
}

static void trimmed(Json *j, const Explain *e, int first)
{
    char text[SENTENCE];
    if (first == 0) {
        json_null(j, "trimmed");
        return;
    }
    snprintf(text, sizeof text,
             "To keep the page small, the matrices of all heads show only the last %d of %d characters; everything "
             "else shows all.",
             e->T - first, e->T);
    json_object(j, "trimmed");
    json_int(j, "first", first);
    json_int(j, "of", e->T);
    json_text(j, "text", text);
    json_end(j);
}

bool explain_json(FILE *out, const Report *r)
{
    Json           j = { .out = out };
    const Explain *e = &r->s->e;
    int            first = first_shown(e);
    json_object(&j, NULL);
    json_text(&j, "schema", "heed-explain-1");
    json_text(&j, "program", "heed " HEED_VERSION);
    model(&j, r->s);
    texts(&j, r->s);
    answer(&j, r);
    where(&j, r);
    explain_json_layers(&j, r, first);
    explain_json_parts(&j, r);
    invariants(&j, r);
    sweep(&j, r);
    step(&j, r);
    effects(&j, r);
    explain_json_cause(&j, r);
    if (halves_has(r->s))
        halves_json(&j, r->s, &r->counts);
    nudges(&j, r);
    tape(&j, e);
    snapshots_json(&j, r->snapshots);
    contrast_json(&j, r->contrast);
    reason_json(&j, r->reason);
    lesson_json(&j, r->lesson);
    census_part(&j, r->census);
    trimmed(&j, e, first);
    json_end(&j);
    return !j.lost;
}
