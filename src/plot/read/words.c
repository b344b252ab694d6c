#include "plot/read/words.h"
#include <string.h>

static const char *const train_words[] = { "train", "training", "trn", "trl", NULL };
static const char *const held_words[] = { "val", "valid", "validation", "validate", "eval", "evaluation", "evaluate",
    "dev", "test", "testing", "tel", "heldout", "holdout", NULL };
static const char *const loss_words[] = { "loss", "losses", "nll", "xent", "crossentropy", "trl", "tel", NULL };
static const char *const neutral_words[] = { "lm", "mlm", "clm", "ce", "cross", "entropy", "epoch", "step", "iter",
    "iteration", "batch", "avg", "average", "averaged", "mean", "total", "running", "smooth", "smoothed", "ema",
    "value", "per", "token", "char", "character", "set", "of", "the", "on", "is", "model", "out", "in", "log",
    "history", "metrics", "metric", "raw", "final", "current", "this", "data", "split", "stats", "logs", "scalars",
    NULL };

bool words_in(const char *s, const char *const *list)
{
    while (*list && strcmp(*list, s) != 0)
        list++;
    return *list != NULL;
}

bool words_any(const Words *w, const char *const *list)
{
    for (int i = 0; i < w->n; i++)
        if (words_in(w->s[i], list))
            return true;
    return false;
}

Split words_split(const char *word)
{
    return words_in(word, held_words) ? SPLIT_HELD_OUT : words_in(word, train_words) ? SPLIT_TRAIN : SPLIT_NONE;
}

Split words_split_of(const Words *w, int at)
{
    Split found = SPLIT_NONE;
    for (int i = at; i >= 0 && !found; i--)
        found = words_split(w->s[i]);
    for (int i = at + 1; i < w->n && !found; i++)
        found = words_split(w->s[i]);
    return found;
}

int words_loss(const Words *w)
{
    for (int i = w->n - 1; i >= 0; i--)
        if (words_in(w->s[i], loss_words) || (i > 0 && !strcmp(w->s[i], "entropy") && !strcmp(w->s[i - 1], "cross")))
            return i;
    return -1;
}

bool words_neutral(const char *word) { return words_in(word, neutral_words) || words_in(word, loss_words); }

static bool lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
static bool upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool other(char c) { return (unsigned char)c >= 0x80; }          /* letters beyond ASCII, whatever they are */

/* Appends a word; the first makes room when there are too many. */
static void add(Words *w, const char *s, size_t n)
{
    if (w->n == WORDS_MOST)
        memmove(w->s[0], w->s[1], (size_t)(--w->n) * sizeof *w->s);
    char *to = w->s[w->n++];
    n = n < sizeof *w->s ? n : sizeof *w->s - 1;
    for (size_t i = 0; i < n; i++)
        to[i] = upper(s[i]) ? (char)(s[i] - 'A' + 'a') : s[i];
    to[n] = '\0';
}

/* "trainloss": its first part and "loss". */
static void split_compound(Words *w)
{
    char  *s = w->s[w->n - 1];
    size_t n = strlen(s);
    if (n <= 4 || strcmp(s + n - 4, "loss") != 0)
        return;
    s[n - 4] = '\0';
    if (words_split(s) || words_neutral(s))
        add(w, "loss", 4);
    else
        s[n - 4] = 'l';
}

static void split(Words *w, const char *s, size_t n)
{
    for (size_t i = 0, from; i < n;) {
        if (!lower(s[i]) && !upper(s[i]) && !other(s[i])) {
            i++;
            continue;
        }
        for (from = i++; i < n && (lower(s[i]) || upper(s[i]) || other(s[i])); i++) {
            bool inner = upper(s[i]) && lower(s[i - 1]);
            bool last = upper(s[i]) && upper(s[i - 1]) && i + 1 < n && lower(s[i + 1]);
            if (inner || last)
                break;
        }
        add(w, s + from, i - from);
        split_compound(w);
    }
}

/* The length of a run's name and " - " before the name of a metric; 0: there is none. */
static size_t run_name(const char *s, size_t n)
{
    for (size_t i = n; i > 3; i--) {
        Words  w = { 0 };
        if (memcmp(s + i - 3, " - ", 3) != 0)
            continue;
        split(&w, s, i - 3);
        for (int k = 0; k < w.n; k++)
            if (!words_neutral(w.s[k]) && !words_split(w.s[k]))
                return i;
        return 0;
    }
    return 0;
}

void words_of(Words *w, const char *name, size_t n)
{
    size_t from = run_name(name, n);
    w->n = 0;
    split(w, name + from, n - from);
    if (w->n == 0)
        split(w, name, n);
}
