#include "base/file.h"
#include "cli/command.h"
#include "cli/explain/edit_flags.h"
#include "cli/explain/halves/halves.h"
#include "cli/explain/html.h"
#include "cli/explain/json/json.h"
#include "cli/explain/places.h"
#include "cli/explain/roles/census.h"
#include "cli/explain/show/show.h"
#include "cli/explain/snapshots.h"
#include "cli/explain/svg.h"
#include "cli/explain/tape.h"
#include "cli/explain/versus/versus.h"
#include "cli/explain/why/lesson.h"
#include "cli/explain/why/why.h"
#include "cli/machine.h"
#include "cli/model_file.h"
#include "explain/cause/head.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <stdlib.h>

/* Views that fill the screen: --versus, --why, --lesson. more: there are other views, or edits. */
static bool check_alone(const ExplainOptions *o, bool more, Err *err)
{
    bool other = more || o->csv || o->dot || o->svg || o->replay || o->example || o->claims;
    if (o->versus && (other || o->target || o->pos >= 0))
        return err_set(err, "--versus compares the answers of two whole prompts: leave out --target, --pos, edits and "
                       "other views; --json and --html hold everything");
    if (o->why && (other || o->versus))
        return err_set(err, "--why takes one score apart: leave out edits and other views; --json holds everything");
    if (o->lesson && (other || o->versus || (o->why && !o->json && !o->html)))
        return err_set(err, "--lesson reads the gradient of one head: leave out edits and other views; --json holds "
                       "everything");
    return true;
}

/* --roles measures a model on a text: alone it has no prompt and no row. more: as for check_alone. */
static bool check_roles(const ExplainOptions *o, bool more, Err *err)
{
    bool row = o->layer >= 0 || o->head || o->row >= 0 || o->at, what = o->prompt || o->target || o->pos >= 0 || row;
    bool other = more || o->csv || o->dot || o->svg || o->html || o->replay || o->example || o->claims || o->versus ||
                 o->why || o->lesson;
    return !o->roles || census_in_report(o) || (!what && !other && !(o->rate > 0)) ||
           err_set(err, "--roles measures all heads on a text (--text): leave out the prompt, what to trace in it, and "
                   "the other views and formats except --json; --html takes both, a prompt and --roles");
}

/* Refuses flags that exclude or require each other. */
static bool check(const ExplainOptions *o, int n_edits, Err *err)
{
    int forms = o->json + o->csv + o->dot + (o->html != NULL) + (o->svg != NULL);
    int views = o->sweep + o->paths + o->lens + o->embeddings + o->integrated + o->tape + o->by_hand + o->step +
                o->cause + o->counts + o->trace + o->checks + o->heads;
    if (forms > 1)
        return err_set(err, "--json, --csv, --dot, --html and --svg are different output formats: give only one");
    if ((o->csv || o->dot || o->svg) && (views || n_edits))
        return err_set(err, "--csv and --svg show only the traced row and --dot only the tape: leave out the other "
                       "views, or use --json");
    if (o->replay && (o->prompt || o->target || o->pos >= 0 || o->row >= 0 || o->at))
        return err_set(err, "--replay uses the prompt given to train --watch: leave out --prompt, --target, --pos, "
                       "--row and --at");
    if (o->example && (forms || views || n_edits || o->replay || o->claims || o->prompt || o->target || o->model))
        return err_set(err, "--example is a fixed example that needs no model: leave out --prompt, --model, and the "
                       "other views and formats");
    if (o->claims && (forms || views || n_edits || o->replay || o->prompt))
        return err_set(err, "--claims measures a model on the sentences of --clues: leave out --prompt and the other "
                       "views and formats");
    if (!check_roles(o, views || n_edits, err) || !check_alone(o, views || n_edits, err))
        return false;
    if (!o->claims && !o->roles && (o->clues || o->text))
        return err_set(err, "--%s %s requires --claims or --roles", o->clues ? "clues" : "text",
                       o->clues ? o->clues : o->text);
    if (o->compare && !o->claims)
        return err_set(err, "--compare %s requires --claims", o->compare);
    if (o->against && !o->compare)
        return err_set(err, "--against %s requires --compare", o->against);
    if (o->rate > 0 && !o->step && !o->lesson && !o->json && !o->html)
        return err_set(err, "--rate %g requires --step, --lesson, --json or --html", o->rate);
    return (!o->html || explain_html_may(o->html, err)) && (!o->svg || explain_svg_may(o->svg, err));
}

/* What to do with a subject. */
typedef struct Work {
    const ExplainOptions *o;
    ExplainEdit          *edits;
    int                   n;
    const Snapshots      *snapshots;          /* with --replay, else NULL */
    const Contrast       *contrast;           /* with --versus, else NULL */
    const Reason         *reason;             /* with --why, else NULL    */
    const Lesson         *lesson;             /* with --lesson, else NULL */
    const Census         *census;             /* with --roles, else NULL  */
} Work;

static bool report(Subject *s, const Work *w, Err *err)
{
    Report r;
    if (!report_make(&r, s, w->o->rate, w->edits, w->n))
        return false;
    r.snapshots = w->snapshots;
    r.contrast = w->contrast;
    r.reason = w->reason;
    r.lesson = w->lesson;
    r.census = w->census;
    if (w->o->html)
        return explain_html(w->o->html, &r, err);
    (void)explain_json(stdout, &r);         /* command_main reports write errors on stdout */
    return true;
}

/* The overview, the trace and the self-checks: all need the checks, which are made in any of them. */
static bool checked_views(const Term *t, Subject *s, const ExplainOptions *o, bool overview, int *failed)
{
    ExplainTrace x;
    ExplainCheck checks[EXPLAIN_CHECKS];
    if (!explain_trace(&s->e, s->at, &x) || !explain_check(&s->e, &x, checks) ||
        (overview && !show_overview(t, s, checks)) || (o->trace && !show_trace(t, s, &x)))
        return false;
    show_checks(t, checks, o->checks, failed);
    return true;
}

/* The views requested, or the overview if there are none. */
static bool views(const Term *t, Subject *s, const Work *w, int *failed)
{
    const ExplainOptions *o = w->o;
    bool any = w->n > 0 || o->step || o->paths || o->sweep || o->lens || o->integrated || o->embeddings ||
               o->cause || o->counts || o->tape || o->by_hand || o->replay || o->heads || o->trace || o->checks;
    if ((any && !show_header(t, s)) || (o->heads && !show_heads(t, s)) ||
        ((!any || o->trace || o->checks) && !checked_views(t, s, o, !any, failed)))
        return false;
    if (w->snapshots)
        snapshots_show(t, s, w->snapshots);
    if (o->tape)
        tape_show(t, &s->e);
    return (w->n == 0 || show_edits(t, s, w->edits, w->n)) && (!o->step || show_step(t, s, o->rate)) &&
           (!o->by_hand || show_by_hand(t, s, failed)) && (!o->paths || show_paths(t, s)) &&
           (!o->sweep || show_sweep(t, s)) &&
           (!o->lens || show_lens(t, s)) && (!o->cause || show_cause(t, s)) &&
           (!o->counts || halves_show(t, s)) &&
           (!o->integrated || show_integrated(t, s)) && (!o->embeddings || show_embeddings(t, s));
}

/* The picture alone has room for one row: the one that reads what decides, unless the user asked for another. */
static bool trace_reader(Subject *s)
{
    ExplainCause c;
    CauseHead    x = { .reads = NULL };
    if (subject_free(s) && (!explain_cause(&s->e, &s->model.file.vocab, &c) || !explain_cause_head(&s->e, &c, &x)))
        return false;
    if (x.reads)
        s->at = x.at;
    return true;
}

static int show(Subject *s, const Work *w, Err *err)
{
    Term t = term_of(stdout);
    int  failed = 0;
    bool ok = true;
    if (w->o->json || w->o->html)
        ok = report(s, w, err);
    else if (w->o->csv)
        ok = show_csv(stdout, s);
    else if (w->o->svg)
        ok = trace_reader(s) && explain_svg(w->o->svg, s, err);
    else if (w->o->dot)
        tape_dot(stdout, &s->e);
    else if (w->contrast)
        ok = contrast_show(&t, w->contrast);
    else if (w->reason)
        ok = reason_show(&t, w->reason);
    else if (w->lesson)
        lesson_show(&t, w->lesson);
    else
        ok = views(&t, s, w, &failed);
    if (!ok && !err_any(err))
        err_set(err, "%s", s->e.err.msg);
    else if (failed)
        err_set(err, "%d of %d self-checks failed: a bug in this program or a damaged model", failed, EXPLAIN_CHECKS);
    return err_any(err) ? COMMAND_FAILED : COMMAND_DONE;
}

/* The same model, on a text: its weights are packed again afterwards. */
static bool measure_heads(Census *c, Subject *s, const ExplainOptions *o, bool *misuse, Err *err)
{
    *misuse = false;
    bool ok = census_open(c, o, &s->model, s->path, err);
    explain_pack(&s->e);
    return ok;
}

static int explain_subject(const Work *asked, const SubjectRequest *request, Err *err)
{
    Subject  s;
    Contrast c;
    Reason   r;
    Lesson   l;
    Census   census = { .path = NULL };
    Work     w = *asked;
    bool     misuse;
    int      end;
    w.contrast = w.o->versus ? &c : NULL;
    w.reason = w.o->why ? &r : NULL;
    w.lesson = w.o->lesson ? &l : NULL;
    w.census = w.o->roles ? &census : NULL;
    if (subject_open(&s, request, &misuse, err) && places_edits(w.o, &s, w.edits, w.n, err) &&
        (!w.contrast || contrast_open(&c, &s, w.o->versus, &misuse, err)) &&
        (!w.reason || reason_open(&r, &s, w.o->why, &misuse, err)) &&
        (!w.lesson || lesson_open(&l, &s, w.o->lesson, w.o->rate, &misuse, err)) &&
        (!w.census || measure_heads(&census, &s, w.o, &misuse, err)))
        end = show(&s, &w, err);
    else
        end = misuse ? COMMAND_MISUSED : COMMAND_FAILED;
    census_close(&census);
    subject_close(&s);
    return end;
}

/* The prompt is the user's, or with --replay that of the snapshots. */
static int explain_request(const ExplainOptions *o, ExplainEdit *edits, int n, Err *err)
{
    SubjectRequest request = { .model = o->model, .prompt = o->prompt, .target = o->target, .pos = o->pos };
    Snapshots   v;
    Work         w = { o, edits, n, o->replay ? &v : NULL, NULL, NULL, NULL, NULL };
    if (!places_row(o, &request, err))
        return COMMAND_MISUSED;
    if (!o->replay)
        return explain_subject(&w, &request, err);
    int end = snapshots_open(&v, &request, err) ? explain_subject(&w, &request, err) : COMMAND_FAILED;
    snapshots_close(&v);
    return end;
}

#define CLAIMS_RUN "run/claims/full"        /* written by scripts/claims */

/* The views that measure a model without a prompt. */
static int measure(const Term *t, ExplainOptions *o, Err *err)
{
    char path[1024];
    int  failed = 0;
    const char *asked = o->model ? o->model : o->claims && file_exists(CLAIMS_RUN) ? CLAIMS_RUN : NULL;
    if (!model_file_find(asked, path, sizeof path, err))
        return COMMAND_FAILED;
    model_file_note("explain", asked, path);
    o->model = path;
    if (o->roles)
        (void)census_run(t, o, err);        /* *err says why not */
    else if (show_claims(t, o, &failed, err) && failed)
        err_set(err, "%d of the claims do not hold for %s", failed, path);
    return err_any(err) ? COMMAND_FAILED : COMMAND_DONE;
}

static int run(void *options, const char *called, Err *err)
{
    ExplainOptions *o = options;
    Term         t = term_of(stdout);
    int          n, end;
    ExplainEdit *edits = edit_flags_parse(o, &n, err);
    (void)called;
    if (!edits || !explain_arguments(o, err) || !check(o, n, err))
        end = COMMAND_MISUSED;
    else if (machine_start("explain", o->kernels, o->threads, err) != COMMAND_DONE)
        end = COMMAND_MISUSED;
    else if (o->claims || (o->roles && !census_in_report(o)))
        end = measure(&t, o, err);
    else if (o->example)
        end = show_example(&t, err) ? COMMAND_DONE : COMMAND_FAILED;
    else
        end = explain_request(o, edits, n, err);
    free(edits);
    pool_stop();
    return end;
}

COMMAND_MAIN(explain)
{
    ExplainOptions o = explain_options();
    return command_main(&explain_command, &o, run, kernel_names, argc, argv);
}
