#include "cli/explain/halves/halves.h"
#include "explain/output/output.h"

enum { DIGITS = 12, SENTENCE = 800 };

static void numbers(Json *j, const char *key, const double *x, int n)
{
    json_array(j, key);
    for (int i = 0; i < n; i++)
        json_number(j, NULL, x[i], DIGITS);
    json_end_array(j);
}

static void ways(Json *j, const char *key, double *const *x, int n)
{
    json_object(j, key);
    for (int way = 0; way < COUNTS_WAYS; way++)
        numbers(j, explain_counts_ways[way], x[way], n);
    json_end(j);
}

/* log p_k after the prompt: a row of V for each context. */
static void counted(Json *j, const Explain *e)
{
    json_array(j, "counted");
    for (int k = 0; k < PRIOR_CONTEXTS; k++)
        numbers(j, NULL, explain_counted(e, e->T - 1, k), e->V);
    json_end_array(j);
}

static void each_way(Json *j, const char *key, const double *x)
{
    json_object(j, key);
    for (int way = 0; way < COUNTS_WAYS; way++)
        json_number(j, explain_counts_ways[way], x[way], DIGITS);
    json_end(j);
}

/* Who decides, and who excludes all others, with the numbers that it rests on. */
static void verdicts(Json *j, const ExplainCounts *x)
{
    json_text(j, "verdict", explain_counts_verdicts[x->verdict]);
    json_text(j, "excludes", explain_counts_verdicts[x->excludes]);
    json_int(j, "answer", x->answer);
    json_int(j, "rival", x->rival);
    json_bool(j, "lone", x->lone);
    each_way(j, "odds", x->odds);
    each_way(j, "others", x->others);
}

void halves_json(Json *j, const Subject *s, const ExplainCounts *x)
{
    char text[SENTENCE];
    json_object(j, "counts");
    json_text(j, "sentence", halves_say(text, sizeof text, s, x, true));
    verdicts(j, x);
    json_array(j, "contexts");
    for (int k = 0; k < PRIOR_CONTEXTS; k++)
        json_int(j, NULL, prior_context(s->e.g->prior, k));
    json_end_array(j);
    numbers(j, "gains", x->gain, PRIOR_CONTEXTS);
    counted(j, &s->e);
    json_int(j, "known", x->known);
    json_int(j, "times", (long long)x->times);
    ways(j, "p", x->p, s->e.V);
    numbers(j, "by_counts", x->by_counts, s->e.V);
    numbers(j, "by_model", x->by_model, s->e.V);
    json_number(j, "error", x->error, DIGITS);
    ways(j, "loss", x->loss, s->e.T);
    each_way(j, "mean", x->mean);
    json_end(j);
}
