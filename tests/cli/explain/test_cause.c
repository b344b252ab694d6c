/* The promise of `explain`'s sentence, over models and prompts: it names no cause whose deletion changes the log-odds
 * of the two answers by less than ln 2, and it passes over no word whose deletion and replacement change the answer.
 * The sentence is read as a user reads it, and held against passes of the sampling path (model/reader.h) over prompts
 * that are edited here, as text. */
#include "base/rng.h"
#include "check_main.h"
#include "cli/explain/words.h"
#include "explain/cause/head.h"
#include "kernel/kernel.h"
#include "model/reader.h"
#include "model/recipe.h"
#include "train/trainer.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { V = 26, CONTEXT = 32, LINES = 1500, TEXT = 1 << 17, PROMPTS = 200, DRAWS = CAUSE_DRAWS };
#define LEAST 0.6931471805599453            /* ln 2: the stated amount, in nats */

enum { UNTRAINED, WILD, LESSON, GPT2, LEARNED, MODELS };

static const char alphabet[] = " ,.abcdefghiklmnoprstuvwxy";

/* A model, its text, and what `explain` says. Static: must not move. */
typedef struct Lab {
    Checkpoint ck;
    Corpus     corpus;
    Trainer    t;
    Subject    s;
    Reader     reader;
    Err        err;
    uint8_t    tokens[TEXT];
    char       text[TEXT];
    char       prompt[CONTEXT + 1], said[2048];
    int        target, rival;               /* the two answers                                       */
    double     odds;                        /* of the unchanged prompt                               */
    size_t     room;                        /* of the sentence; 0: all                               */
    int        named, none, flips;          /* how often each occurred                               */
    int        read;                        /* how often a head reads the cause                      */
} Lab;

static Lab lab;

static unsigned any(int *at, unsigned n) { return (unsigned)(rng_bits(5, 1, (uint64_t)(*at)++) % n); }

/* A line of the lesson: the clue decides between garden and garage, between den and dam. Or of the other text. */
static int write_line(char *out, int *at, bool lesson)
{
    static const char *const who[] = { "tom", "ann", "kit", "our cat", "the boy" };
    static const char *const clue[][2] = { { "thumb", "garden" }, { "car", "garage" }, { "fox", "den" },
                                           { "pond", "dam" } };
    static const char *const one[] = { "a cow", "two hens", "the sun", "old dogs" };
    static const char *const does[] = { "eats", "naps", "sings", "is warm", "went up" };
    unsigned c = any(at, 4);
    if (lesson)
        return sprintf(out, "%s, %s, in the %s.\n", who[any(at, 5)], clue[c][0], clue[c][1]);
    return sprintf(out, "%s %s, %s.\n", one[any(at, 4)], does[any(at, 5)], does[c]);
}

static int token(char c) { return (int)(strchr(alphabet, c == '\n' ? '.' : c) - alphabet); }

static void write_text(bool lesson)
{
    int n = 0, at = lesson ? 0 : 1 << 20;
    for (int k = 0; k < LINES; k++)
        n += write_line(lab.text + n, &at, lesson);
    for (int i = 0; i < n; i++)
        lab.tokens[i] = (uint8_t)token(lab.text[i]);
    lab.corpus = (Corpus){ .n = (size_t)n, .n_train = (size_t)n, .narrow = lab.tokens };
}

static void make_model(int model)
{
    static uint32_t chars[V];
    const Recipe   *recipe = &recipes[model == GPT2 || model == UNTRAINED ? RECIPE_GPT2 : RECIPE_FAST];
    for (int c = 0; c < V; c++)
        chars[c] = (uint32_t)alphabet[c];
    Checkpoint *ck = &lab.ck;
    *ck = (Checkpoint){ .config = recipe->shape, .settings = recipe->how, .vocab = { .n = V, .chars = chars } };
    ck->config.vocab = V, ck->config.context = CONTEXT;
    ck->config.layers = model == LEARNED ? 1 : 2, ck->config.heads = 2, ck->config.channels = 24;
    ck->config.positions = model == LEARNED ? POSITIONS_NONE : ck->config.positions;
    ck->settings.batch = 16, ck->settings.accumulate = 1, ck->settings.dropout = 0, ck->settings.warmup = 20;
    ck->settings.steps = model == LESSON ? 500 : model == GPT2 ? 300 : model == LEARNED ? 150 : 0;
    ck->settings.lr = 5e-3;
    ck->settings.precision = PRECISION_FLOAT;
    ck->state = (TrainState){ .train_loss = NAN, .val_loss = NAN, .best_loss = INFINITY };
    ck_assert_msg(trainer_init(&lab.t, ck, &lab.corpus, 0, &lab.err), "%s", lab.err.msg);
    trainer_begin(&lab.t);
}

/* Trains it; WILD gets large random weights instead, so that every character matters in some way. */
static void start(int model)
{
    LogRow row;
    kernel_use(NULL);
    write_text(model != LEARNED);
    make_model(model);
    Params *p = &lab.t.gpt.params;
    for (size_t i = 0; model == WILD && i < p->len; i++)
        p->val[i] = 0.4 * rng_normal(8, 0, i);
    for (long k = 0; k < lab.ck.settings.steps; k++)
        ck_assert_msg(trainer_step(&lab.t, (double)k / (double)lab.ck.settings.steps, &row, &lab.err), "%s",
                      lab.err.msg);
    lab.s.model.file.vocab = lab.ck.vocab;
}

/* Prompt k: a line of the text, cut somewhere, of the lesson often where the clue decides; every fifth is a run of
 * random characters. */
static void write_prompt(int k, bool lesson)
{
    char line[256];
    int  at = (2 << 20) + 64 * k, n = write_line(line, &at, lesson), least = 3;
    int  cut = least + (int)any(&at, (unsigned)(n - least < CONTEXT - 4 ? n - least : CONTEXT - 4));
    if (lesson && k % 2 == 0) {             /* "gar" or "d" */
        const char *last = strrchr(line, ' ') + 1;
        cut = (int)(last - line) + (*last == 'g' ? 3 : 1);
    }
    for (int i = 0; k % 5 == 4 && i < cut; i++)
        line[i] = any(&at, 4) ? alphabet[any(&at, V)] : ' ';
    memcpy(lab.prompt, line, (size_t)cut);
    lab.prompt[cut] = '\0';
}

/* --- The program's sentence --- */

/* The head that is said to read the cause: masking the cause for it alone changes the loss by what is stated. */
static void check_head(Explain *e, const ExplainCause *c)
{
    CauseHead         x;
    ExplainLossChange loss;
    bool              heads[4] = { false }, masked[CONTEXT] = { false };
    ck_assert_msg(explain_cause_head(e, c, &x), "%s", e->err.msg);
    if (!x.reads)
        return;
    lab.read++;
    ck_assert_int_eq(c->found[0].role, CAUSE_DECIDES);
    heads[x.at.layer * e->H + x.at.head] = true;
    for (int j = x.reads->first; j <= x.reads->last; j++)
        masked[j] = true;
    ck_assert(explain_edit(e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked, .heads = heads }, &loss));
    ck_assert(loss.actual == x.change && fabs(x.change) >= 0.35);
    ck_assert_int_gt(x.at.row, x.reads->first);
}

/* target: -1, or the token to ask for. */
static void ask(int target)
{
    int          ids[CONTEXT], n = (int)strlen(lab.prompt);
    Explain     *e = &lab.s.e;
    ExplainCause c;
    for (int i = 0; i < n; i++)
        ids[i] = token(lab.prompt[i]);
    ck_assert_msg(explain_open(e, &lab.t.gpt, ids, n, target), "%s", e->err.msg);
    ck_assert_msg(explain_cause(e, &lab.ck.vocab, &c), "%s", e->err.msg);
    words_cause(lab.said, sizeof lab.said, &lab.s, &c, lab.room, false);
    check_head(e, &c);
    lab.target = c.target;
    explain_close(e);
}

/* --- The control --- */

/* p (V): what comes after the text, by the path that `sample` takes. */
static void next(const char *text, double *p)
{
    int    ids[CONTEXT], n = (int)strlen(text);
    double sum = 0;
    for (int i = 0; i < n; i++)
        ids[i] = token(text[i]);
    const double *x = reader_window(&lab.reader, ids, n, &lab.err);
    ck_assert_msg(x != NULL, "%s", lab.err.msg);
    x += (n - 1) * V;
    for (int c = 0; c < V; c++)
        sum += p[c] = exp(x[c]);
    for (int c = 0; c < V; c++)
        p[c] /= sum;
}

/* The likeliest except `not`. */
static int top(const double *p, int not)
{
    int best = -1;
    for (int c = 0; c < V; c++)
        if (c != not && (best < 0 || p[c] > p[best]))
            best = c;
    return best;
}

/* The two answers' log-odds, and the lead of the target over whatever is likeliest besides. */
typedef struct Answer {
    double odds, lead;
} Answer;

static Answer answer(const char *text)
{
    double p[V];
    if (!*text)
        return (Answer){ NAN, NAN };        /* no answer without a prompt */
    next(text, p);
    return (Answer){ log(p[lab.target] / p[lab.rival]), log(p[lab.target] / p[top(p, lab.target)]) };
}

/* The answer without characters first..last. A word that does not end the prompt takes a blank with it. */
static Answer without(int first, int last, bool word)
{
    char text[CONTEXT + 1];
    if (word && lab.prompt[last + 1]) {
        if (first > 0 && lab.prompt[first - 1] == ' ')
            first--;
        else if (lab.prompt[last + 1] == ' ')
            last++;
    }
    sprintf(text, "%.*s%s", first, lab.prompt, lab.prompt + last + 1);
    return answer(text);
}

static bool letter(char c) { return c >= 'a' && c <= 'z'; }

/* The n-th likeliest character of the kind of `like` after the first `at` of text, except `not`. */
static char likeliest(const char *text, int at, char like, char not, int n)
{
    char   before[CONTEXT + 1];
    double p[V];
    bool   kinds[3] = { letter(like), like == ' ', like == ',' || like == '.' };
    sprintf(before, "%.*s", at, text);
    if (at)
        next(before, p);
    for (int c = 0; c < V && !at; c++)
        p[c] = V - (token(alphabet[c]) - token(not) + V) % V;
    for (int far = 0; far < 3; far++)
        for (int turn = 0; turn < V; turn++) {
            int best = -1;
            for (int c = 0; c < V; c++) {
                char a = alphabet[c];
                bool same = letter(a) == kinds[0] && (a == ' ') == kinds[1];
                int  how = same ? 0 : letter(a) == kinds[0] ? 1 : 2;
                if (how == far && a != not && p[c] >= 0 && (best < 0 || p[c] > p[best]))
                    best = c;
            }
            if (best < 0)
                break;
            if (n-- == 0)
                return alphabet[best];
            p[best] = -1;
        }
    return '?';
}

/* The mean answer over the replacements. */
static Answer replaced(int first, int last)
{
    Answer mean = { 0, 0 };
    for (int k = 0; k < DRAWS; k++) {
        char text[CONTEXT + 1];
        strcpy(text, lab.prompt);
        text[first] = likeliest(text, first, lab.prompt[first], lab.prompt[first], k);
        for (int i = first + 1; i <= last; i++)
            text[i] = likeliest(text, i, lab.prompt[i], '\0', 0);
        Answer x = answer(text);
        mean.odds += x.odds / DRAWS;
        mean.lead += x.lead / DRAWS;
    }
    return mean;
}

/* --- One against the other --- */

/* The span "(18 to 22)" or "(18)" that starts at s. */
static bool span(const char *s, int *first, int *last)
{
    int n = sscanf(s, "(%d to %d)", first, last);
    if (n == 1)
        *last = *first;
    return n >= 1;
}

/* A cause that the sentence names at s: must cost its answer at least ln 2, deleted as well as replaced. */
static void check_cause(const char *s, bool decides)
{
    int first, last, side = lab.odds < 0 ? -1 : 1;
    ck_assert_msg(span(s, &first, &last), "%s", lab.said);
    bool   word = s[-2] == '"';             /* a character stands in single quotes */
    double deleted = side * without(first, last, word).odds, other = side * replaced(first, last).odds;
    double lead = side * lab.odds;
    ck_assert_msg(lead - deleted > LEAST - 1e-9 && lead - other > LEAST - 1e-9 &&
                      (!decides || (deleted < LEAST + 1e-9 && other < LEAST + 1e-9)),
                  "\"%s\", D = %g: deleting %d to %d leaves %g, replacing %g, but it says: %s", lab.prompt, lab.odds,
                  first, last, side * deleted, side * other, lab.said);
    lab.named++;
}

/* Every span between s and end. */
static void check_list(const char *s, const char *end)
{
    for (; s < end; s++) {
        int first, last;
        if (*s == '(' && span(s, &first, &last))
            check_cause(s, true);
    }
}

/* The span that ends right before s, if one does. */
static const char *before(const char *s)
{
    if (s - lab.said < 2 || s[-1] != ')')
        return NULL;
    while (*--s != '(')
        ;
    return s;
}

static void check_named(void)
{
    static const char *const verbs[] = { " decides ", " tips the balance", " does most" };
    for (int k = 0; k < 3; k++) {
        const char *verb = strstr(lab.said, verbs[k]), *name = verb ? before(verb) : NULL;
        if (name)
            check_cause(name, k < 2);
        lab.none += verb && !name;
    }
    const char *more = strstr(lab.said, " So do"), *end = more ? strstr(more, " by itself") : NULL;
    ck_assert(!more || end);
    if (more)
        check_list(more, end);
}

static bool mentioned(int first, int last)
{
    char place[32];
    sprintf(place, first == last ? "(%d)" : "(%d to %d)", first, last);
    return strstr(lab.said, place) != NULL;
}

/* Every word whose deletion and replacement change the answer must be in the sentence, unless it says how many more. */
static void check_missed(void)
{
    for (int first = 0, last; lab.prompt[first]; first = last + 1) {
        last = first;
        if (!letter(lab.prompt[first]))
            continue;
        while (letter(lab.prompt[last + 1]))
            last++;
        Answer deleted = without(first, last, true), other = replaced(first, last);
        bool   flips = lab.odds < 0 ? deleted.odds > 0 && other.odds > 0 : deleted.lead < 0 && other.lead < 0;
        lab.flips += flips;
        bool   cut = strstr(lab.said, " more") || (lab.room && strstr(lab.said, "More: --cause."));
        ck_assert_msg(!flips || mentioned(first, last) || cut,
                      "\"%s\": %d to %d flips the answer (%g, %g of %g), but it says: %s", lab.prompt, first, last,
                      deleted.odds, other.odds, lab.odds, lab.said);
    }
}

static void check_prompt(int k, bool lesson)
{
    double p[V];
    write_prompt(k, lesson);
    lab.room = k % 3 ? 0 : 236;             /* the short one may point to --cause instead */
    ask(k % 4 == 3 ? (int)(rng_bits(6, 0, (uint64_t)k) % V) : -1);
    ck_assert_msg(reader_init(&lab.reader, &lab.t.gpt, false, &lab.err), "%s", lab.err.msg);
    next(lab.prompt, p);
    lab.rival = top(p, lab.target);
    lab.odds = log(p[lab.target] / p[lab.rival]);
    check_named();
    check_missed();
    reader_free(&lab.reader);
}

START_TEST(a_named_cause_survives_its_control)
{
    start(_i);
    for (int k = 0; k < PROMPTS; k++)
        check_prompt(k, _i != LEARNED);
    printf("# model %d: %d causes named, %d prompts without one, %d words flip, %d heads read\n", _i, lab.named,
           lab.none, lab.flips, lab.read);
    ck_assert_int_ge(lab.none, 5);
    ck_assert_int_ge(lab.flips, _i == UNTRAINED ? 0 : 20);
    ck_assert_int_ge(lab.named, _i == UNTRAINED ? 0 : _i == WILD ? 5 : 40);
    ck_assert_int_ge(lab.read, _i == LESSON ? 20 : 0);
    trainer_free(&lab.t);
}
END_TEST

CHECK_MAIN("explain_cause_promise", LOOP(a_named_cause_survives_its_control, 0, MODELS))
