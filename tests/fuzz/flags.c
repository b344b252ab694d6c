/* Command lines. The first byte selects the command; NUL-terminated words follow. An accepted value is in the range of
 * its row, and the options give valid settings of a run. */
#include "cli/convert/options.h"
#include "cli/explain/edit_flags.h"
#include "cli/plot/options.h"
#include "cli/sample/options.h"
#include "cli/train/options.h"
#include "cli/usage.h"
#include "cli/value.h"
#include "fuzz.h"
#include "model/recipe.h"
#include <math.h>

enum { WORDS = 40, MOST = 4096 };

typedef union Options {
    TrainOptions   train;
    SampleOptions  sample;
    ExplainOptions explain;
    ConvertOptions convert;
    PlotOptions    plot;
} Options;

static Options none(int command)
{
    Options o = { .train = train_options() };
    if (command == 1)
        o.sample = sample_options();
    if (command == 2)
        o.explain = explain_options();
    if (command == 3)
        o.convert = convert_options();
    if (command == 4)
        o.plot = plot_options();
    return o;
}

/* A field has its default, or a value that its row allows. */
static void in_range(const Flag *f, const void *now, const void *before)
{
    const char *p = (const char *)now + f->field, *q = (const char *)before + f->field;
    int         i = 0;
    int64_t     l = 0;
    double      x = 0;
    switch (f->type) {
    case FLAG_INT:
    case FLAG_CHOICE:   memcpy(&i, p, sizeof i); x = i; break;
    case FLAG_LONG:     memcpy(&l, p, sizeof l); x = (double)l; break;
    case FLAG_REAL:
    case FLAG_DURATION: memcpy(&x, p, sizeof x); break;
    default: return;
    }
    bool same = memcmp(p, q, f->type == FLAG_INT || f->type == FLAG_CHOICE ? sizeof i : sizeof l) == 0;
    HOLDS(same || (isfinite(x) && value_in_range(f, x)), f->name);
    for (int k = 0; f->type == FLAG_CHOICE && k <= i; k++)
        HOLDS(f->choices[k], f->name);
}

/* Starting a run on a text of n characters: rejected with a sentence, or valid settings. */
static void begins(const TrainOptions *o, size_t n)
{
    Checkpoint c = { .vocab = { .n = 50 } };
    Err        err = { 0 };
    double     time = train_given(o, SETTING_budget);
    TrainFit   fit = train_fit(n, isnan(time) ? 0 : time * 1e10, o->recipe == RECIPE_GPT2, n % 2);
    train_settings(o, &fit, &c.config, &c.settings);
    c.config.vocab = 50;
    bool ok = config_check(&c.config, &err);
    fuzz_told(ok, &err);
    HOLDS(c.settings.steps > 0 || c.settings.budget > 0, "a run without an end");
    HOLDS(c.settings.batch > 0 && c.settings.accumulate > 0 && c.settings.eval_every > 0, "no batch");
    if (!ok)
        return;
    ok = train_settings_resumed(o, &c, &err);
    fuzz_told(ok, &err);
    c.settings.steps = 0;                           /* a file without an end needs one from the flags */
    c.settings.budget = 0;
    err = (Err){ 0 };
    HOLDS(!train_settings_resumed(o, &c, &err) || train_given(o, SETTING_steps) > 0 || !isnan(time),
          "a run without an end");
}

static void edits(const ExplainOptions *o)
{
    Err          err = { 0 };
    int          n;
    ExplainEdit *e = edit_flags_parse(o, &n, &err);
    fuzz_told(e != NULL, &err);
    for (int i = 0; e && i < n; i++)
        HOLDS(e[i].layer >= 0 && e[i].head >= 0 && e[i].i >= 0 && e[i].j >= 0 && isfinite(e[i].by), "no place");
    free(e);
}

static void helps(const Command *c, const void *options, int width)
{
    char  *out = NULL;
    size_t len = 0;
    FILE  *f = open_memstream(&out, &len);
    HOLDS(f, "memory");
    usage_print(f, c, "heed", options, width);
    HOLDS(fclose(f) == 0 && len > 100, "no help");
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Command *const commands[] = { &train_command, &sample_command, &explain_command, &convert_command,
                                             &plot_command };
    static char text[MOST + 1];
    char *argv[WORDS + 1] = { (char []){ "heed" } };
    int   argc = 1;
    if (size < 1 || size > MOST)
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    for (char *word = text; word < text + size - 1 && argc < WORDS; word += strlen(word) + 1)
        argv[argc++] = word;
    int       command = data[0] % 5;
    Options   o = none(command), before = o;
    Err       err = { 0 };
    FlagsWant want;
    const Command *c = commands[command];
    bool ok = flags_parse(c, argc, argv, &o, &want, &err);
    fuzz_told(ok, &err);
    for (size_t i = 0; i < c->n; i++)
        in_range(&c->flags[i], &o, &before);
    if (ok && want == FLAGS_HELP)
        helps(c, &o, 40 + data[0] / 4);
    else if (ok && command == 0)
        begins(&o.train, (size_t)data[0] << (data[0] & 15));
    else if (ok && command == 1)
        fuzz_told(sample_options_check(&o.sample, &err), &err);
    else if (ok && command == 2)
        edits(&o.explain);
    else if (ok && command == 3)
        fuzz_told(convert_options_check(&o.convert, &err), &err);
    else if (ok)
        fuzz_told(plot_options_check(&o.plot, &err), &err);
    flags_free(c, &o);
    return 0;
}
