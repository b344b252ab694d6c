/* Compares what train chooses for a text and a time with measurements: data/sweep.csv, written by scripts/sweep. */
#include "check_main.h"
#include "cli/train/options.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Minutes are of two threads of the processor that made the file; this is their peak in float. */
#define PEAK 236e9

enum {
    RUNS  = 400,
    LEAST = 10000,                          /* characters; with fewer, a validation text under 1,000 is too noisy */
};

static const double WITHIN = 0.02;          /* nats a character by which another shape may be better */
static const double SLACK = 1.15;           /* the machine was not always quiet                     */

typedef struct Run {
    char       text[32];
    size_t     bytes;
    ConfigSize size;
    double     dropout, weight_decay, seconds, loss;
    long       steps, best_step;
    int        precision, seed, threads;
} Run;

/* What is known to be missed: an hour on a long text, which takes hours to run; and where two texts of a length want
 * different models, and what is taken is the better one for the other. */
static const struct {
    const char *text;
    size_t      bytes;
    int         from;                       /* minutes */
    double      by;
} missed[] = {
    { "gcide", 12000000, 60, INFINITY },
    { "tinyshakespeare", 200000, 10, 0.029 },
};

static Run runs[RUNS];
static int n_runs;

static void read_runs(void)
{
    char  line[256];
    FILE *f = fopen("data/sweep.csv", "r");
    ck_assert_msg(f != NULL, "data/sweep.csv cannot be opened");
    for (n_runs = 0; fgets(line, sizeof line, f);) {
        ck_assert_int_lt(n_runs, RUNS);
        Run        *r = &runs[n_runs];
        ConfigSize *s = &r->size;
        if (strncmp(line, "text,", 5) == 0)
            continue;
        int fields = sscanf(line, "%31[^,],%zu,%d,%d,%d,%d,%d,%lf,%lf,%ld,%d,%d,%d,%lf,%ld,%lf", r->text, &r->bytes,
                            &s->layers, &s->heads, &s->channels, &s->context, &s->batch, &r->dropout, &r->weight_decay,
                            &r->steps, &r->precision, &r->seed, &r->threads, &r->seconds, &r->best_step, &r->loss);
        ck_assert_msg(fields == 16 && r->loss > 0 && r->best_step <= r->steps, "no line of 16 fields: %s", line);
        n_runs += r->seed == 1 && r->bytes >= LEAST;
    }
    fclose(f);
}

static double minutes(const Run *r) { return r->seconds * r->threads / 120; }

static bool same_text(const Run *a, const Run *b) { return strcmp(a->text, b->text) == 0 && a->bytes == b->bytes; }

static bool is_taken(const Run *r, const TrainFit *f)
{
    return r->size.layers == f->size.layers && r->size.channels == f->size.channels &&
           r->size.context == f->size.context && r->size.batch == f->size.batch &&
           fabs(r->dropout - f->dropout) < 1e-9 && fabs(r->weight_decay - f->weight_decay) < 1e-9 &&
           (!f->enough || r->steps == f->steps);
}

/* The best run on t's text within this time; given a fit, the longest run of it. NULL: no such run. */
static const Run *best_of(const Run *t, int time, const TrainFit *fit)
{
    const Run *best = NULL;
    for (const Run *r = runs; r < runs + n_runs; r++)
        if (same_text(r, t) && minutes(r) <= time * SLACK && (!fit || is_taken(r, fit)) &&
            (!best || (fit ? r->steps > best->steps : r->loss < best->loss)))
            best = r;
    return best;
}

static double within(const Run *t, int time)
{
    for (size_t i = 0; i < sizeof missed / sizeof *missed; i++)
        if (strcmp(missed[i].text, t->text) == 0 && missed[i].bytes == t->bytes && missed[i].from <= time)
            return missed[i].by;
    return WITHIN;
}

static const int times[] = { 1, 10, 60 };

enum { TIMES = sizeof times / sizeof *times };

START_TEST(no_measured_shape_is_better_than_the_choice)
{
    int time = times[_i];
    read_runs();
    for (const Run *t = runs; t < runs + n_runs; t++) {
        TrainFit   fit = train_fit(t->bytes, time * 60 * PEAK, false, false);
        const Run *best = best_of(t, time, NULL), *taken = best_of(t, time, &fit);
        if (isinf(within(t, time)))
            continue;
        ck_assert_msg(taken != NULL, "%zu bytes of %s, %d minutes: %d of %d, context %d, dropout %g, never ran",
                      t->bytes, t->text, time, fit.size.layers, fit.size.channels, fit.size.context, fit.dropout);
        ck_assert_msg(taken->loss <= best->loss + within(t, time),
                      "%zu bytes of %s, %d minutes: %.4f, but %.4f with %d of %d, context %d, dropout %g",
                      t->bytes, t->text, time, taken->loss, best->loss, best->size.layers, best->size.channels,
                      best->size.context, best->dropout);
    }
}
END_TEST

/* The comparison needs other shapes that were tried. */
START_TEST(other_shapes_were_tried)
{
    int time = times[_i];
    read_runs();
    ck_assert_int_gt(n_runs, 50);
    for (const Run *t = runs; t < runs + n_runs; t++) {
        int others = 0;
        for (const Run *r = runs; r < runs + n_runs; r++)
            others += same_text(r, t) && minutes(r) <= time * SLACK;
        ck_assert_msg(others >= 2, "%zu bytes of %s, %d minutes: %d run", t->bytes, t->text, time, others);
    }
}
END_TEST

START_TEST(without_a_time_it_is_the_choice_for_a_minute)
{
    static const size_t lengths[] = { 5000, 20000, 100000, 300000, 1000000, 12000000 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        TrainFit none = train_fit(lengths[i], 0, false, false), minute = train_fit(lengths[i], 60 * PEAK, false, false);
        ck_assert_ptr_eq(none.why, minute.why);
        ck_assert_int_eq(none.steps, minute.steps);
    }
}
END_TEST

/* GPT-2's short windows: as many characters a step, or a few more steps. */
START_TEST(gpt2_reads_as_many_characters_in_short_windows)
{
    TrainFit fast = train_fit(1000000, 0, false, false), gpt2 = train_fit(1000000, 0, true, false);
    ck_assert_int_eq(fast.size.context, 256);
    ck_assert_int_eq(gpt2.size.context, 64);
    ck_assert_int_eq(fast.steps * fast.size.context * fast.size.batch,
                     gpt2.steps * gpt2.size.context * gpt2.size.batch);
}
END_TEST

/* With counts five minutes are long for a text of a megabyte, one is not; nothing else changes. */
START_TEST(counts_overfit_sooner)
{
    double   minute = 60 * PEAK, scale = 0.64;          /* an EPYC with AVX2, where it was measured */
    TrainFit with = train_fit(1115394, 5 * scale * minute, false, true);
    TrainFit without = train_fit(1115394, 2 * scale * minute, false, false);
    ck_assert(with.size.context == 512 && with.dropout > 0 && with.weight_decay > 0);
    ck_assert_ptr_eq(train_fit(1115394, scale * minute, false, true).why, without.why);
    ck_assert_ptr_eq(train_fit(1115394, 0, false, true).why, without.why);
    ck_assert_ptr_eq(train_fit(20000, 5 * scale * minute, false, true).why,
                     train_fit(20000, 5 * scale * minute, false, false).why);
}
END_TEST

CHECK_MAIN("train_fit", LOOP(no_measured_shape_is_better_than_the_choice, 0, TIMES),
           LOOP(other_shapes_were_tried, 0, TIMES), TEST(without_a_time_it_is_the_choice_for_a_minute),
           TEST(gpt2_reads_as_many_characters_in_short_windows), TEST(counts_overfit_sooner))
