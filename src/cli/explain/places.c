#include "cli/explain/places.h"
#include "cli/explain/edit_flags.h"
#include "cli/near.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- The traced row --- */

static bool place(const char *flag, const char *text, int least, int most, int *x, SubjectRequest *a, Err *err)
{
    int n = edit_flags_numbers(text, x, most);
    if (n < least)
        return err_set(err, "--%s %s: expected %s", flag, text,
                       most == 2 ? "a head, or its layer and head as the output writes them, such as 2 or 3.2"
                                 : "layer, head and row as the output writes them, such as 3.2.45");
    if (n > 1)
        snprintf(a->place, sizeof a->place, "--%s %.20s", flag, text);
    a->head = n == 1 ? x[0] : x[1];
    a->layer = n == 1 ? a->layer : x[0];
    a->row = n == 3 ? x[2] : a->row;
    return true;
}

bool places_row(const ExplainOptions *o, SubjectRequest *a, Err *err)
{
    int x[3];
    a->layer = o->layer;
    a->row = o->row;
    a->head = -1;
    if (o->at && (o->layer >= 0 || o->head || o->row >= 0))
        return err_set(err, "--at %s names layer, head and row: leave out --layer, --head and --row", o->at);
    if (o->at)
        return place("at", o->at, 2, 3, x, a, err);
    if (!o->head)
        return true;
    if (!place("head", o->head, 1, 2, x, a, err))
        return false;
    return o->layer < 0 || o->layer == a->layer ||
           err_set(err, "--head %s is in layer %d, but --layer is %d: leave out --layer", o->head, a->layer, o->layer);
}

/* --- Characters --- */

/* The prompt as bytes. */
typedef struct Bytes {
    Subject *s;
    char    *text;
    size_t   len;
    int     *of;                            /* (len) the position of each byte */
} Bytes;

static bool bytes_of(Subject *s, Bytes *b)
{
    size_t most = (size_t)s->e.T * TEXT_ENCODED;
    *b = (Bytes){ .s = s, .text = explain_alloc(&s->e, most + 1, 1), .of = explain_alloc(&s->e, most, sizeof *b->of) };
    for (int i = 0; b->text && b->of && i < s->e.T; i++)
        for (int n = text_encode(subject_at(s, i), b->text + b->len); n > 0; n--)
            b->of[b->len++] = i;
    return b->text && b->of;
}

/* Whether c makes one word with its neighbours: letters and digits of scripts that separate words by spaces. */
static bool joins(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return (c >= 0xaa && c < 0xe00 && c != 0xd7 && c != 0xf7) || (c >= 0x10a0 && c < 0x1780) ||
           (c >= 0x1e00 && c < 0x2000) || (c >= 0xac00 && c < 0xd7a4);
}

/* Whether a word may begin or end between bytes at - 1 and at. */
static bool boundary(const Bytes *b, size_t at)
{
    uint32_t c = ' ';
    int      len = 0;
    size_t   i = 0;
    for (; i < at; i += (size_t)len)
        c = text_decode(b->text + i, b->len - i, &len);
    return i == at && (at == b->len || !joins(c) || !joins(text_decode(b->text + at, b->len - at, &len)));
}

/* The first place at or after `from` where the word of n bytes stands; b->len if there is none. */
static size_t find(const Bytes *b, const char *word, size_t n, size_t from)
{
    for (size_t at = from; n > 0 && at + n <= b->len; at++)
        if (memcmp(b->text + at, word, n) == 0 && boundary(b, at) && boundary(b, at + n))
            return at;
    return b->len;
}

/* Chooses occurrence `which` of the word, counted from 1, or with 0 all of them; returns how many there are. */
static int choose_word(const Bytes *b, const char *word, size_t n, int which, bool *chosen)
{
    int found = 0;
    for (size_t at = find(b, word, n, 0); at < b->len; at = find(b, word, n, at + n)) {
        found++;
        for (size_t k = at; k < at + n && (which == 0 || which == found); k++)
            chosen[b->of[k]] = true;
    }
    return found;
}

/* "no such word", with the nearest one if there is one. */
static bool no_word(const Bytes *b, const char *word, size_t n, Err *err)
{
    char given[64], each[64], best[64];
    Near near = { .word = given };
    snprintf(given, sizeof given, "%.*s", (int)n, word);
    for (size_t at = 0, end; at < b->len; at = end + 1) {
        end = at + strcspn(b->text + at, " \n\t");
        snprintf(each, sizeof each, "%.*s", (int)(end - at), b->text + at);
        if (end > at)
            near_offer(&near, each);
        if (near.best == each)              /* overwritten by the next word */
            near.best = memcpy(best, each, sizeof best);
    }
    if (near.best)
        return err_set(err, "'%s' is no word of the prompt; did you mean '%s'?", given, near.best);
    return err_set(err, "'%s' is no word of the prompt; give a word of it, or positions from 0 to %d, such as %d-%d",
                   given, b->s->e.T - 1, b->s->e.T > 4 ? b->s->e.T - 4 : 0, b->s->e.T - 1);
}

/* The last '#' of n bytes, or NULL. */
static const char *last_mark(const char *text, size_t n)
{
    while (n > 0 && text[n - 1] != '#')
        n--;
    return n > 0 ? text + n - 1 : NULL;
}

/* "the#2" is the second "the", unless the prompt has the word "the#2". */
static bool word(const Bytes *b, const char *text, size_t n, bool *chosen, Err *err)
{
    const char *mark = last_mark(text, n);
    size_t      stem = mark ? (size_t)(mark - text) : 0;
    if (choose_word(b, text, n, 0, chosen))
        return true;
    if (stem == 0 || stem + 1 == n || strspn(mark + 1, "0123456789") < n - stem - 1 || n - stem > 6)
        return no_word(b, text, n, err);
    int which = atoi(mark + 1), found = choose_word(b, text, stem, which > 0 ? which : -1, chosen);
    if (found == 0)
        return no_word(b, text, stem, err);
    return (which > 0 && which <= found) ||
           err_set(err, "'%.*s' occurs %d time%s in the prompt: there is no %.*s", (int)stem, text, found,
                   found == 1 ? "" : "s", (int)n, text);
}

/* A number is a position. One that is also a word of the prompt could mean either: the user has to say which. */
static bool range(const Bytes *b, const char *text, size_t n, int first, int last, bool *chosen, Err *err)
{
    int    T = b->s->e.T;
    size_t at = find(b, text, n, 0);
    if (at < b->len && first == last)
        return err_set(err, "%.*s is a position, but also a word of the prompt: write %d-%d for the word, or %d-%d for "
                       "the position", (int)n, text, b->of[at], b->of[at + n - 1], first, first);
    if (first > last)
        return err_set(err, "%d-%d: the first position of a range is the smaller: %d-%d", first, last, last, first);
    if (last >= T)
        return err_set(err, "character %d does not exist: there are %d, counted from 0", last, T);
    for (int j = first; j <= last; j++)
        chosen[j] = true;
    return true;
}

/* Whether all n bytes are digits, at most 5 of them. */
static bool number(const char *s, size_t n, int *x)
{
    *x = 0;
    if (n == 0 || n > 5 || strspn(s, "0123456789") < n)
        return false;
    for (size_t k = 0; k < n; k++)
        *x = *x * 10 + (s[k] - '0');
    return true;
}

static bool item(const Bytes *b, const char *text, size_t n, bool *chosen, Err *err)
{
    const char *dash = memchr(text, '-', n);
    size_t      left = dash ? (size_t)(dash - text) : n;
    int         first, last;
    if (n == 0)
        return err_set(err, "expected positions, ranges and words of the prompt, separated by single commas, such as "
                       "18 or 18-22,thumb");
    if (!dash && number(text, n, &first))
        return range(b, text, n, first, first, chosen, err);
    if (dash && number(text, left, &first) && number(dash + 1, n - left - 1, &last))
        return range(b, first == last ? "" : text, first == last ? 0 : n, first, last, chosen, err);
    return word(b, text, n, chosen, err);
}

bool places_characters(Subject *s, const char *text, bool *chosen, Err *err)
{
    Bytes b;
    if (!bytes_of(s, &b))
        return err_set(err, "%s", s->e.err.msg);
    for (;; text++) {
        size_t n = strcspn(text, ",");
        if (!item(&b, text, n, chosen, err))
            return false;
        text += n;
        if (!*text)
            return true;
    }
}

/* --- Edits --- */

/* The heads of "3.2,2.1", all of them in range. */
static bool heads(Subject *s, const char *text, bool *chosen, Err *err)
{
    char one[32];
    for (;; text++) {
        ExplainEdit d = { .kind = EDIT_ABLATE };
        int         x[2];
        size_t      n = strcspn(text, ",");
        snprintf(one, sizeof one, "%.*s", (int)n, text);
        (void)edit_flags_numbers(one, x, 2);            /* edit_flags_parse has checked the form */
        d.layer = x[0];
        d.head = x[1];
        if (!explain_edit_check(&s->e, &d))
            return err_set(err, "%s", s->e.err.msg);
        chosen[d.layer * s->e.H + d.head] = true;
        text += n;
        if (!*text)
            return true;
    }
}

static int count(const bool *chosen, int n, int *first)
{
    int found = 0;
    for (int k = n - 1; k >= 0; k--)
        if (chosen[k])
            *first = k, found++;
    return found;
}

static bool complete(Subject *s, const char *text, ExplainEdit *d, Err *err)
{
    const Explain *e = &s->e;
    int   n = d->kind == EDIT_MASK ? e->T : e->L * e->H, first = 0;
    bool *chosen = explain_alloc(&s->e, (size_t)n, sizeof *chosen);
    if (!chosen)
        return err_set(err, "%s", e->err.msg);
    if (d->kind == EDIT_MASK ? !places_characters(s, text, chosen, err) : !heads(s, text, chosen, err))
        return false;
    bool several = count(chosen, n, &first) > 1;
    if (d->kind == EDIT_MASK) {
        d->j = first;
        d->masked = several ? chosen : NULL;
    } else {
        d->layer = first / e->H;
        d->head = first % e->H;
        d->heads = several ? chosen : NULL;
    }
    return true;
}

bool places_edits(const ExplainOptions *o, Subject *s, ExplainEdit *edits, int n, Err *err)
{
    for (int k = 0; k < n; k++) {
        ExplainEdit *d = &edits[k];
        const char  *text, *flag = edit_flags_name(o, k, &text);
        bool ok = d->kind == EDIT_SCORE || d->kind == EDIT_WEIGHT || complete(s, text, d, err);
        if (ok && !explain_edit_check(&s->e, d))
            ok = err_set(err, "%s", s->e.err.msg);
        if (!ok)
            return err_in(err, "--%s %s", flag, text);
    }
    return true;
}
