#include "base/human.h"
#include "base/rng.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "cli/verify/run.h"
#include "cli/wrap.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <string.h>
#include <time.h>

__attribute__((format(printf, 2, 3))) static void say(const char *label, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    wrap_say(stdout, label, fmt, args);
    va_end(args);
}

static const char *s_of(size_t n) { return n == 1 ? "" : "s"; }

static Human count(size_t n) { return human_count((int64_t)n); }

/* Whoever forged a run cannot have known it. */
static uint64_t new_seed(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return rng_bits((uint64_t)t.tv_sec, (uint64_t)t.tv_nsec, 0) % 1000000000;
}

static long last_step(const VerifyRun *v)
{
    const ReceiptSegment *s = receipt_last(&v->receipt);
    return s->entries[s->n - 1].step;
}

/* What the receipt says, and where its last digest can be compared with one that was published. */
static void introduce(const VerifyRun *v)
{
    const ReceiptSegment *s = v->receipt.segments;
    char   hex[DIGEST_TEXT];
    Digest d = receipt_digest(&v->receipt);
    say("receipt", "%s, %s steps, digest %s", s[0].program, human_count(last_step(v)).s, digest_text(&d, hex));
    for (size_t i = 0; i < v->receipt.n; i++)
        if (s[i].change[0])
            say("", "from step %s: %s", human_count(s[i].head.state.step).s, s[i].change);
    say("files", "the text, model.heed, best.heed and log.csv are those of the receipt");
}

/* How many stretches are chosen, possible or done, by the field at `at`. */
static size_t number(const VerifyRun *v, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++)
        n += *(const bool *)((const char *)&v->stretches[i] + at);
    return n;
}

#define NUMBER(v, field) number(v, offsetof(VerifyStretch, field))

static void plan(const VerifyRun *v)
{
    size_t possible = NUMBER(v, possible), states = 0;
    for (size_t i = 0; i < v->n; i++)
        states += v->stretches[i].starts && v->stretches[i].from > 0;
    say("check", "%s of %s stretch%s, chosen by --seed %llu; %s", count(NUMBER(v, chosen)).s, count(possible).s,
        possible == 1 ? "" : "es", (unsigned long long)v->seed, states ? "each from the nearest state kept before it"
                                            : "no states were kept, so all steps up to the last of them are computed");
    if (possible < v->n)
        say("", "%s other stretch%s cannot be computed: the text is another, no state is at hand, or log.csv does not "
            "have the seconds of every step", count(v->n - possible).s, v->n - possible == 1 ? "" : "es");
}

static void passed(const VerifyRun *v)
{
    size_t possible = NUMBER(v, possible), done = NUMBER(v, done), chosen = NUMBER(v, chosen);
    size_t forged = (possible + 19) / 20;           /* 5 %, rounded up */
    if (done == possible && possible == v->n && v->receipt.segments[0].head.state.step == 0)
        say("PASS", "all %s stretch%s, %s steps: every bit follows from the text and the settings", count(done).s,
            done == 1 ? "" : "es", human_count(last_step(v)).s);
    else
        say("PASS", "%s of %s stretches recomputed, %s steps: every bit is the same. Had 5 %% of the stretches been "
            "forged (%s), %s random check%s would have caught it with a probability of %.0f %%", count(done).s,
            count(v->n).s, human_count(v->steps_done).s, count(forged).s, count(chosen).s, s_of(chosen),
            100 * verify_caught(possible, forged, chosen));
}

/* What may explain a difference without forgery. */
static bool failed(const VerifyRun *v, Err *err)
{
    const ReceiptSegment *s = receipt_last(&v->receipt);
    say("FAIL", "%s step%s recomputed before the difference", human_count(v->steps_done).s,
        s_of((size_t)v->steps_done));
    if (strcmp(s->program, "heed " HEED_VERSION) != 0)
        err_add(err, ". The run is by %s, this is heed " HEED_VERSION ": use that version", s->program);
    if (s->head.settings.precision == PRECISION_BF16)
        err_add(err, ". With bfloat16 the kernels amx have bits of their own: was it trained with these kernels?");
    return false;
}

static bool check(VerifyRun *v, Err *err)
{
    v->seed = v->o->seed >= 0 ? (uint64_t)v->o->seed : new_seed();
    if (!verify_read(v, err) || !verify_files(v, err))
        return false;
    introduce(v);
    if (!machine_resumes(v->model.settings.precision == PRECISION_BF16, err) ||
        !verify_choose(v, (size_t)v->o->check, err))
        return false;
    plan(v);
    progress_start(&v->progress, term_of(stderr));
    bool same = verify_recompute(v, err);
    v->progress.line[0] = '\0';             /* nothing to keep of it */
    progress_end(&v->progress);
    if (!same)
        return failed(v, err);
    passed(v);
    return true;
}

static int verify(void *options, const char *called, Err *err)
{
    const VerifyOptions *o = options;
    VerifyRun v = { .o = o, .dir = o->args.items[0] };
    (void)called;
    if (machine_start("verify", o->kernels, o->threads, err) != COMMAND_DONE)
        return COMMAND_MISUSED;
    bool ok = check(&v, err);
    verify_free(&v);
    pool_stop();
    return ok ? COMMAND_DONE : COMMAND_FAILED;
}

COMMAND_MAIN(verify)
{
    VerifyOptions options = verify_options();
    return command_main(&verify_command, &options, verify, kernel_names, argc, argv);
}
