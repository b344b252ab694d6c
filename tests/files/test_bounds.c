/* Each line of a model file's header: its minimum and maximum are accepted, the values just outside are refused. */
#include "check_main.h"
#include "files/checkpoint.h"
#include <stdio.h>
#include <string.h>

static const char header[] =
    "vocab 3\ncontext 3\nlayers 1\nheads 1\nchannels 4\nbias 0\ntied 0\npositions 0\nmoments 1\n"
    "corpus 0123456789abcdef\nkeep_cr 0\nval_frac 0.1\nseed 0000000000000539\nbatch 12\naccumulate 1\nsteps 2000\n"
    "warmup 100\nbudget 600\nlr 0.001\nmin_lr 0.0001\nbeta1 0.9\nbeta2 0.99\nweight_decay 0.1\nclip 1\ndropout 0.2\n"
    "eval_every 250\npatience 0\nstep 500\ntokens 384000\ntrain_loss 1.5\nval_loss nan\nbest_loss inf\n"
    "best_step 250\nbad_evals 1\n";

#define MOST "9007199254740992"                             /* 2^53 */
#define MORE "9007199254740994"
#define ANY_COUNT(key)   { key, "0", MOST, "-1", MORE }
#define ANY_NUMBER(key)  { key, "0", MOST, "-1e-300", MORE }
#define SHARE(key)       { key, "0", "1", "-1e-300", "1.00000000000001" }

/* A line that is left out when its value is 0 has no minimum. */
static const struct { const char *key, *least, *most, *below, *above; } rows[] = {
    { "vocab", "1", "65536", "0", "65537" },
    { "context", "1", "65536", "0", "65537" },
    { "layers", "1", "1024", "0", "1025" },
    { "heads", "1", "1024", "0", "1025" },
    { "channels", "1", "16384", "0", "16385" },
    { "positions", "0", "2", "-1", "3" },
    { "norm", NULL, "1", "-1", "2" },
    { "activation", NULL, "1", "-1", "2" },
    { "soft_cap", "1e-300", "1000000", "-0.1", "1000000.1" },
    { "char_mix", NULL, "8", "-1", "9" },
    SHARE("val_frac"),
    { "batch", "0", "16777216", "-1", "16777217" },
    { "accumulate", "0", "16777216", "-1", "16777217" },
    ANY_COUNT("steps"), ANY_COUNT("warmup"), ANY_NUMBER("budget"), ANY_NUMBER("lr"), ANY_NUMBER("min_lr"),
    SHARE("beta1"), SHARE("beta2"), ANY_NUMBER("weight_decay"), ANY_NUMBER("clip"), SHARE("dropout"),
    { "optimizer", NULL, "1", "-1", "2" },
    { "muon_lr", "1e-300", MOST, "-1e-300", MORE },
    { "momentum", "1e-300", "1", "-1e-300", "1.00000000000001" },
    { "embed_rate", "1e-300", MOST, "-1e-300", MORE },
    { "schedule", NULL, "1", "-1", "2" },
    { "cooldown", "1e-300", "1", "-1e-300", "1.00000000000001" },
    { "begin", NULL, "1", "-1", "2" },
    { "precision", NULL, "1", "-1", "2" },
    ANY_COUNT("eval_every"), ANY_COUNT("patience"), ANY_COUNT("step"), ANY_COUNT("tokens"),
    { "seconds", "1e-300", MOST, "-1e-300", MORE },
    ANY_COUNT("best_step"), ANY_COUNT("bad_evals"),
};

/* The header with this value in the line of key; a missing line is appended. */
static void say(const char *key, const char *value, char out[2048])
{
    char        line[64];
    const char *at = strncmp(header, key, strlen(key)) == 0 ? header : NULL;
    snprintf(line, sizeof line, "\n%s ", key);
    if (!at && (at = strstr(header, line)))
        at++;
    size_t before = at ? (size_t)(at - header) : strlen(header);
    const char *rest = at ? strchr(at, '\n') + 1 : "";
    snprintf(out, 2048, "%.*s%s %s\n%s", (int)before, header, key, value, rest);
}

/* Whether the line is accepted; the whole shape may still be refused. */
static bool taken(const char *key, const char *value)
{
    char       text[2048];
    Checkpoint c = { 0 };
    Err        err = { 0 };
    say(key, value, text);
    if (checkpoint_understand(&c, text, strlen(text), &err))
        return true;
    ck_assert_msg(!strstr(err.msg, "cannot be") && !strstr(err.msg, "line"), "%s %s: %s", key, value, err.msg);
    return strstr(err.msg, "must be from") == NULL;
}

START_TEST(each_line_has_its_bounds)
{
    const char *key = rows[_i].key;
    ck_assert_msg(!rows[_i].least || taken(key, rows[_i].least), "%s %s", key, rows[_i].least);
    ck_assert_msg(taken(key, rows[_i].most), "%s %s", key, rows[_i].most);
    ck_assert_msg(!taken(key, rows[_i].below), "%s %s", key, rows[_i].below);
    ck_assert_msg(!taken(key, rows[_i].above), "%s %s", key, rows[_i].above);
}
END_TEST

/* config_check has the same bounds for a shape that comes from no file. */
START_TEST(a_shape_has_the_same_bounds)
{
    const Config good = { .vocab = 3, .context = 3, .layers = 1, .heads = 1, .channels = 4 };
    Config c[] = { good, good, good, good, good, good, good, good, good };
    int   *field[] = { &c[0].vocab, &c[1].context, &c[2].layers, &c[3].heads, &c[4].channels, &c[5].positions,
                       &c[6].norm, &c[7].activation, &c[8].char_mix };
    const int least[] = { 1, 1, 1, 1, 1, 0, 0, 0, 0 }, most[] = { 65536, 65536, 1024, 1024, 16384, 2, 1, 1, 8 };
    for (int i = 0; i < 9; i++)
        for (int k = 0; k < 4; k++) {
            Err err = { 0 };
            *field[i] = (const int[]){ least[i], most[i], least[i] - 1, most[i] + 1 }[k];
            bool ok = config_check(&c[i], &err);
            ck_assert_msg(k < 2 ? ok || !strstr(err.msg, "must be from") : !ok, "field %d, %d: %s", i, *field[i],
                          err.msg);
        }
}
END_TEST

CHECK_MAIN("bounds", LOOP(each_line_has_its_bounds, 0, sizeof rows / sizeof *rows), TEST(a_shape_has_the_same_bounds))
