#include "base/json.h"
#include "cli/sample/rows.h"
#include "cli/sample/run.h"
#include "base/num.h"
#include <math.h>

/* -log softmax(x)[id], in nats. */
static double surprise(const real *x, int V, int id)
{
    double top = x[0], sum = 0;
    for (int i = 1; i < V; i++)
        top = x[i] > top ? x[i] : top;
    for (int i = 0; i < V; i++)
        sum += num_exp((double)x[i] - top);
    return num_log(sum) + top - (double)x[id];
}

/* --probs: prints the prediction of one character. */
static bool show(SampleRun *r, Json *j, const real *x, int id, Err *err)
{
    if (!r->o->probs)
        return true;
    if (!sampler_weigh(&r->sampler, x, err))
        return false;
    if (r->o->json)
        sample_rows_json(j, &r->sampler, &r->model.file.vocab, id);
    else
        sample_rows_line(&r->sampler, &r->model.file.vocab, id, r->term.utf8);
    return true;
}

/* Predicts every token but the first once, in windows of one context; *nats is the sum of their losses. With --overlap
 * a window begins with the last half of the one before, which is not scored again. */
static bool read_all(SampleRun *r, Json *j, const int *ids, size_t n, double *nats, Err *err)
{
    size_t T = (size_t)r->model.file.config.context, known = 0, done = 0;
    int    V = r->model.file.config.vocab;
    *nats = 0;
    while (done + 1 < n && !sample_unread(r)) {
        size_t at = done - known, len = n - 1 - at < T ? n - 1 - at : T;
        const real *x = reader_window(&r->reader, ids + at, (int)len, err);
        if (!x)
            return false;
        for (x += known * (size_t)V; done < at + len; done++, x += V) {
            *nats += surprise(x, V, ids[done + 1]);
            if (!show(r, j, x, ids[done + 1], err))
                return false;
        }
        if (r->o->adapt && !adapter_step(&r->adapter, ids + at, (int)len, err))
            return false;
        known = r->o->overlap ? T / 2 : 0;
    }
    return isfinite(*nats) || err_set(err, "the model's output is not finite: a logit is NaN or infinite; use "
                                      "another model saved by train");
}

static void result_json(SampleRun *r, Json *j, size_t scored, double nats)
{
    json_text(j, "model", r->path);
    sample_with_json(r, j);
    json_text(j, "file", r->o->score);
    json_bool(j, "overlap", r->o->overlap);
    json_bool(j, "adapt", r->o->adapt);
    if (r->o->adapt)
        json_number(j, "adapt_rate", r->o->adapt_rate, 8);
    json_int(j, "characters", (int64_t)scored);
    json_number(j, "nats_per_character", nats, 8);
    json_number(j, "bits_per_character", nats / num_log(2), 8);
    json_number(j, "perplexity", num_exp(nats), 8);
    json_end(j);
    putchar('\n');
}

static void result_text(const SampleRun *r, size_t scored, double nats)
{
    if (r->o->overlap)
        printf("windows             of %d, overlapping by half\n", r->model.file.config.context);
    if (r->o->adapt)
        printf("adapted             while scoring, learning rate %g: another measure\n", r->o->adapt_rate);
    printf("characters scored   %zu\n", scored);
    printf("bits per character  %.4f\n", nats / num_log(2));
    printf("nats per character  %.4f\n", nats);
    printf("perplexity          %.4f\n", num_exp(nats));
}

bool sample_score(SampleRun *r, const int *ids, size_t n, size_t characters, Err *err)
{
    Json   j = { .out = stdout, .depth = 2 };
    double nats;
    size_t scored = characters > 1 ? characters - 1 : 1;
    if (n < 2)
        return err_set(err, "the text has only one character; scoring needs at least 2, as the first is not scored");
    if (r->o->json)
        json_object(&j, NULL);
    if (r->o->json && r->o->probs)
        json_array(&j, "steps");
    if (r->o->probs && !r->o->json)
        sample_rows_head();
    bool ok = read_all(r, &j, ids, n, &nats, err);
    if (r->o->json && r->o->probs)
        json_end_array(&j);
    if (ok && r->o->json)
        result_json(r, &j, scored, nats / (double)scored);
    else if (ok)
        result_text(r, scored, nats / (double)scored);
    return ok;
}
