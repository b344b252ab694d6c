#include "base/file.h"
#include "cli/command.h"
#include "cli/explain/edit_flags.h"
#include "cli/explain/html.h"
#include "cli/explain/json/json.h"
#include "cli/explain/snapshots.h"
#include "cli/explain/show/show.h"
#include "cli/explain/svg.h"
#include "cli/explain/tape.h"
#include "cli/machine.h"
#include "cli/model_file.h"
#include "kernel/pool.h"
#include <stdlib.h>

/* One thing in one form: what excludes what. */
static bool check(const ExplainOptions *o, int n_edits, Err *err)
{
    int forms = o->json + o->csv + o->dot + (o->html != NULL) + (o->svg != NULL);
    int views = o->sweep + o->paths + o->lens + o->embeddings + o->integrated + o->tape + o->by_hand + o->step;
    if (forms > 1)
        return err_set(err, "--json, --csv, --dot, --html and --svg are different forms: give one of them");
    if ((o->csv || o->dot || o->svg) && (views || n_edits))
        return err_set(err, "--csv and --svg hold the traced row and --dot the tape, nothing else: leave out the "
                       "other views, or use --json");
    if (o->replay && (o->prompt || o->target || o->pos >= 0 || o->row >= 0))
        return err_set(err, "--replay shows the prompt that train --watch was given: leave out --prompt, "
                       "--target, --pos and --row");
    if (o->example && (forms || views || n_edits || o->replay || o->claims || o->prompt || o->target || o->model))
        return err_set(err, "--example is three words with numbers of their own: leave out --prompt, --model and the "
                       "other views and forms");
    if (o->claims && (forms || views || n_edits || o->replay || o->prompt))
        return err_set(err, "--claims measures a model on the sentences of --clues and prints what it finds: "
                       "leave out --prompt and the other views and forms");
    if (!o->claims && (o->clues || o->text))
        return err_set(err, "--%s %s is a file for --claims, which is not there", o->clues ? "clues" : "text",
                       o->clues ? o->clues : o->text);
    if (o->compare && !o->claims)
        return err_set(err, "--compare %s is a model for --claims, which is not there", o->compare);
    if (o->against && !o->compare)
        return err_set(err, "--against %s is what --compare is held against, which is not there", o->against);
    if (o->rate > 0 && !o->step && !o->json && !o->html)
        return err_set(err, "--rate %g is the rate of --step, which is not there", o->rate);
    return (!o->html || explain_html_may(o->html, err)) && (!o->svg || explain_svg_may(o->svg, err));
}

/* What is to be done with a subject. */
typedef struct Work {
    const ExplainOptions *o;
    const ExplainEdit    *edits;
    int                   n;
    const Snapshots     *replay;           /* with --replay */
} Work;

static bool report(Subject *s, const Work *w, Err *err)
{
    Report r;
    if (!report_make(&r, s, w->o->rate, w->edits, w->n))
        return false;
    r.replay = w->replay;
    if (w->o->html)
        return explain_html(w->o->html, &r, err);
    (void)explain_json(stdout, &r);         /* whether it arrives is seen at the end, as for all that is shown */
    return true;
}

/* The views asked for, one after the other; the trace if there are none. */
static bool views(const Term *t, Subject *s, const Work *w, int *failed)
{
    const ExplainOptions *o = w->o;
    bool any = w->n > 0 || o->step || o->paths || o->sweep || o->lens || o->integrated || o->embeddings ||
               o->tape || o->by_hand || o->replay;
    if (!show_header(t, s))
        return false;
    if (!any)
        return show_trace(t, s, failed);
    if (w->replay)
        snapshots_show(t, s, w->replay);
    if (o->tape)
        tape_show(t->file, &s->e);
    return (w->n == 0 || show_edits(t, s, w->edits, w->n)) && (!o->step || show_step(t, s, o->rate)) &&
           (!o->by_hand || show_by_hand(t, s, failed)) && (!o->paths || show_paths(t, s)) &&
           (!o->sweep || show_sweep(t, s)) &&
           (!o->lens || show_lens(t, s)) && (!o->integrated || show_integrated(t, s)) &&
           (!o->embeddings || show_embeddings(t, s));
}

static int show(Subject *s, const Work *w, Err *err)
{
    Term t = term_of(stdout);
    int  failed = 0;
    bool ok = true;
    if (w->o->json || w->o->html)
        ok = report(s, w, err);
    else if (w->o->svg)
        ok = explain_svg(w->o->svg, s, err);
    else if (w->o->csv)
        ok = show_csv(stdout, s);
    else if (w->o->dot)
        tape_dot(stdout, &s->e);
    else
        ok = views(&t, s, w, &failed);
    if (!ok && !err_any(err))
        err_set(err, "%s", s->e.err.msg);
    else if (failed)
        err_set(err, "%d of %d things that must hold do not: this is an error in the program or a damaged "
                "model", failed, EXPLAIN_CHECKS);
    return err_any(err) ? COMMAND_FAILED : COMMAND_DONE;
}

static bool can_be_done(Explain *e, const Work *w, Err *err)
{
    char name[80];
    for (int k = 0; k < w->n; k++)
        if (!explain_edit_check(e, &w->edits[k])) {
            edits_name(w->o, k, name, sizeof name);
            return err_set(err, "%s: %s", name, e->err.msg);
        }
    return true;
}

static int explain_subject(const Work *w, const SubjectAsked *asked, Err *err)
{
    Subject s;
    bool    misuse;
    int     end;
    if (subject_open(&s, asked, &misuse, err) && can_be_done(&s.e, w, err))
        end = show(&s, w, err);
    else
        end = misuse ? COMMAND_MISUSED : COMMAND_FAILED;
    subject_close(&s);
    return end;
}

/* The prompt is the user's, or that of the frames to replay. */
static int explain_asked(const ExplainOptions *o, const ExplainEdit *edits, int n, Err *err)
{
    SubjectAsked asked = { .model = o->model, .prompt = o->prompt, .target = o->target, .pos = o->pos,
                           .layer = o->layer, .head = o->head, .row = o->row };
    Snapshots   v;
    Work         w = { o, edits, n, o->replay ? &v : NULL };
    if (!o->replay)
        return explain_subject(&w, &asked, err);
    int end = snapshots_open(&v, &asked, err) ? explain_subject(&w, &asked, err) : COMMAND_FAILED;
    snapshots_close(&v);
    return end;
}

#define CLAIMS_RUN "run/claims/full"        /* where scripts/claims trains it */

static int claims(const Term *t, ExplainOptions *o, Err *err)
{
    char path[1024];
    int  failed = 0;
    if (!o->model && !file_exists(CLAIMS_RUN)) {
        err_set(err, "there is no %s: scripts/claims trains it, or name a model of the stories with --model", CLAIMS_RUN);
        return COMMAND_FAILED;
    }
    if (!model_file_find(o->model ? o->model : CLAIMS_RUN, path, sizeof path, err))
        return COMMAND_FAILED;
    o->model = path;
    o->clues = o->clues ? o->clues : "data/clues.tsv";
    o->text = o->text ? o->text : "data/stories.txt";
    if (show_claims(t, o, &failed, err) && failed)
        err_set(err, "%s does not bear out %d of the claims", path, failed);
    return err_any(err) ? COMMAND_FAILED : COMMAND_DONE;
}

static int run(void *options, const char *called, Err *err)
{
    ExplainOptions *o = options;
    Term         t = term_of(stdout);
    int          n, end;
    ExplainEdit *edits = edits_parse(o, &n, err);
    (void)called;
    if (!edits || !check(o, n, err))
        end = COMMAND_MISUSED;
    else if (machine_start("explain", o->kernels, o->threads, err) != COMMAND_DONE)
        end = COMMAND_MISUSED;
    else if (o->claims)
        end = claims(&t, o, err);
    else if (o->example)
        end = show_example(&t, err) ? COMMAND_DONE : COMMAND_FAILED;
    else
        end = explain_asked(o, edits, n, err);
    free(edits);
    pool_stop();
    return end;
}

COMMAND_MAIN(explain)
{
    ExplainOptions o = explain_options();
    return command_main(&explain_command, &o, run, argc, argv);
}
