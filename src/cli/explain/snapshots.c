#include "cli/explain/snapshots.h"
#include "cli/explain/table.h"
#include "cli/explain/screen.h"
#include "cli/model_file.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* watch.csv beside the model. */
static void watch_path(const char *model, char *out, size_t size)
{
    const char *slash = strrchr(model, '/');
    snprintf(out, size, "%.*swatch.csv", slash ? (int)(slash - model + 1) : 0, model);
}

/* Requests the file's prompt and target of a model of that shape. */
static bool request(Snapshots *v, SubjectRequest *a, const Config *c, Err *err)
{
    const AttentionFrames *r = &v->frames;
    if (r->n > c->context)
        return err_set(err, "its prompt has %d characters, the model's context is %d: it belongs to another model",
                       r->n, c->context);
    v->tokens = malloc(((size_t)r->n + 1) * sizeof *v->tokens);
    if (!v->tokens)
        return err_set(err, "out of memory for the prompt");
    memcpy(v->tokens, r->ids, (size_t)r->n * sizeof *r->ids);
    v->tokens[r->n] = r->target;
    a->model = v->path;
    a->watched = v->tokens;
    a->n_watched = r->n;
    return true;
}

bool snapshots_open(Snapshots *v, SubjectRequest *a, Err *err)
{
    Checkpoint c;
    char       path[sizeof v->path + 16];
    *v = (Snapshots){ 0 };
    if (!model_file_find(a->model, v->path, sizeof v->path, err))
        return false;
    model_file_note("explain", a->model, v->path);
    if (!checkpoint_open(&c, v->path, err))
        return false;
    watch_path(v->path, path, sizeof path);
    bool ok = attention_log_read(&v->frames, path, c.config.layers, c.config.heads, c.vocab.n, err) &&
              (request(v, a, &c.config, err) || err_in(err, "%s", path));
    if (!ok)
        err_in(err, "--replay shows the snapshots written by train --watch \"TEXT\"");
    checkpoint_close(&c);
    return ok;
}

void snapshots_close(Snapshots *v)
{
    attention_log_free(&v->frames);
    free(v->tokens);
    v->tokens = NULL;
}

/* The subject's head in an array (layers, heads, n). */
static const double *head_of(const AttentionFrames *r, const Subject *s, const double *x)
{
    return x + ((size_t)s->at.layer * (size_t)r->heads + (size_t)s->at.head) * (size_t)r->n;
}

enum { STEP, LOSS, P, ENTROPY, MOST, PUSH, COLUMNS };

static const Column columns[COLUMNS] = {
    [STEP] = { "step", 9, 0, false },       [LOSS] = { "loss", 10, 1, false },
    [P] = { "p", 10, 3, false },            [ENTROPY] = { "entropy", 10, 4, false },
    [MOST] = { " attends most to", 21, 0, true }, [PUSH] = { "push", 11, 2, false },
};

static void show_frame(Table *b, const Subject *s, const AttentionFrames *r, const AttentionFrame *f)
{
    const double *a = head_of(r, s, f->weight), *ds = head_of(r, s, f->ds);
    double push = 0;
    int    most = 0;
    for (int j = 0; j < r->n; j++) {
        push += fabs(ds[j]);
        most = a[j] > a[most] ? j : most;
    }
    table_print(b, STEP, "%ld", f->step);
    table_print(b, LOSS, "%.4f", f->loss);
    table_print(b, P, "%.4f", f->p);
    table_print(b, ENTROPY, "%.2f", explain_trace_entropy(a, r->n));
    table_print(b, MOST, " %s %6.1f %%", screen_position(b->t, s, most, 10).s, 100 * a[most]);
    table_print(b, PUSH, "%.2e", push);
    table_end(b);
}

void snapshots_show(const Term *t, const Subject *s, const Snapshots *v)
{
    char  text[160];
    Table b = table_of(t, 0, columns, COLUMNS);
    screen_heading(t, "Attention during training");
    snprintf(text, sizeof text, "Layer %d, head %d, the last character's row. Entropy of the weights in bits; push: "
             "the sum of |ds|.", s->at.layer, s->at.head);
    screen_paragraph(t, 2, text);
    putc('\n', t->file);
    table_head(&b);
    for (int i = 0; i < v->frames.n_frames; i++)
        show_frame(&b, s, &v->frames, &v->frames.frames[i]);
    table_note(&b);
}

static void heads_json(Json *j, const char *key, const AttentionFrames *r, const double *x)
{
    json_array(j, key);
    for (int l = 0; l < r->layers; l++) {
        json_array(j, NULL);
        for (int h = 0; h < r->heads; h++)
            json_numbers(j, NULL, x + ((size_t)l * (size_t)r->heads + (size_t)h) * (size_t)r->n, r->n, 4);
        json_end_array(j);
    }
    json_end_array(j);
}

void snapshots_json(Json *j, const Snapshots *v)
{
    if (!v) {
        json_null(j, "replay");
        return;
    }
    json_object(j, "replay");
    json_array(j, "steps");
    for (int i = 0; i < v->frames.n_frames; i++)
        json_int(j, NULL, v->frames.frames[i].step);
    json_end_array(j);
    json_array(j, "frames");
    for (int i = 0; i < v->frames.n_frames; i++) {
        const AttentionFrame *f = &v->frames.frames[i];
        json_object(j, NULL);
        json_int(j, "step", f->step);
        json_number(j, "loss", f->loss, 6);
        json_number(j, "p", f->p, 6);
        heads_json(j, "a", &v->frames, f->weight);
        heads_json(j, "ds", &v->frames, f->ds);
        json_end(j);
    }
    json_end_array(j);
    json_end(j);
}
