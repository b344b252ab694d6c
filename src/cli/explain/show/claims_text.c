#include "cli/explain/show/claims_text.h"
#include "base/file.h"
#include "text/corpus.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "data"

static bool ends(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

/* "X.tsv" beside "X.txt" or the reverse, if that exists; otherwise "". */
static void beside(char *out, size_t size, const char *name, const char *ending, const char *other)
{
    int n = ends(name, ending) ? snprintf(out, size, "%.*s%s", (int)(strlen(name) - strlen(ending)), name, other) : -1;
    if (n < 0 || n >= (int)size || !file_exists(out))
        *out = '\0';
}

/* Was the model trained on this text? */
static bool trained_on(const Checkpoint *c, const char *text)
{
    CorpusOptions o = { .keep_cr = c->settings.keep_cr };
    Corpus        corpus;
    Err           ignored = { 0 };
    if (!corpus_read(&corpus, (char *[]){ (char *)text }, 1, o, (Vocab *)&c->vocab, &ignored))
        return false;                       /* it has characters that the model lacks */
    bool same = corpus.hash == c->corpus_hash;
    corpus_free(&corpus);
    return same;
}

static int is_clues(const struct dirent *entry) { return ends(entry->d_name, ".tsv"); }

/* The model's text among those in FOLDER that have sentences; otherwise "", with the names of all in `seen`. */
static void search(ClaimsText *x, const Checkpoint *c, char *seen, size_t size)
{
    struct dirent **list = NULL;
    int             n = scandir(FOLDER, &list, is_clues, alphasort);
    for (int i = 0; i < n; i++) {
        char   clues[1024], text[1024];
        size_t at = strlen(seen);
        snprintf(clues, sizeof clues, FOLDER "/%s", list[i]->d_name);
        beside(text, sizeof text, clues, ".tsv", ".txt");
        if (*text && !*x->text) {
            snprintf(seen + at, size - at, "%s%.255s", at ? ", " : "", text);
            if (trained_on(c, text))
                memcpy(x->text, text, sizeof text);
        }
        free(list[i]);
    }
    free(list);
}

bool claims_text_of(ClaimsText *x, const char *text, const char *clues, const Checkpoint *c, const char *model,
                    Err *err)
{
    char seen[1024] = "";
    *x = (ClaimsText){ 0 };
    if (text)
        snprintf(x->text, sizeof x->text, "%s", text);
    else if (clues)
        beside(x->text, sizeof x->text, clues, ".tsv", ".txt");
    if (!*x->text)
        search(x, c, seen, sizeof seen);
    if (!*x->text)
        return err_set(err, "%s was trained on none of the texts in " FOLDER " with held-out sentences (%s): name its "
                       "text with --text and sentences with --clues", model, *seen ? seen : "there are none here");
    if (clues)
        snprintf(x->clues, sizeof x->clues, "%s", clues);
    else
        beside(x->clues, sizeof x->clues, x->text, ".txt", ".tsv");
    return true;
}

bool claims_text_find(ClaimsText *x, const char *text, const char *clues, const Checkpoint *c, const char *model,
                      Err *err)
{
    if (!claims_text_of(x, text, clues, c, model, err))
        return false;
    return *x->clues || err_set(err, "%s has no held-out sentences beside it (a file of the same name that ends in "
                                ".tsv): name them with --clues", x->text);
}
