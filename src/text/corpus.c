#include "text/corpus.h"
#include "base/file.h"
#include "base/hash.h"
#include "text/folder.h"
#include "text/kind.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LANES = 4, PIECE = 1 << 22 };

/* --- The text --- */

/* Turns line ends into LF; returns the new length. memchr and memmove handle the text between them many bytes at a
 * time. */
static size_t unify_line_ends(Corpus *c, char *text, size_t len)
{
    size_t to = 0, from = 0;
    while (from < len) {
        const char *cr = memchr(text + from, '\r', len - from);
        size_t      n = cr ? (size_t)(cr - (text + from)) : len - from;
        if (to != from)
            memmove(text + to, text + from, n);
        to += n;
        from += n;
        if (!cr)
            break;
        bool lf = from + 1 < len && text[from + 1] == '\n';
        *(lf ? &c->crlf : &c->cr) += 1;
        from += lf ? 2 : 1;
        text[to++] = '\n';
    }
    return to;
}

/* Hashes the bytes that a file added, then cleans them in place. */
static void clean(Corpus *c, FileData *d, size_t begin, bool keep_cr, Hash *hash)
{
    char  *text = d->p + begin;
    size_t len = d->len - begin;
    hash_add(hash, text, len);
    c->bytes += len;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        len -= 3;
        memmove(text, text + 3, len);
        c->boms++;
    }
    d->len = begin + (keep_cr ? len : unify_line_ends(c, text, len));
}

/* The state of reading files. */
typedef struct Files {
    Corpus       *c;
    FileData     *d;
    CorpusOptions o;
    Hash          hash;
    bool          join;
} Files;

/* Separates the next file from the text before it; *added says whether that took a line end. */
static bool join(Files *f, bool *added, Err *err)
{
    FileData *d = f->d;
    *added = f->join && d->len > 0 && d->p[d->len - 1] != '\n' && d->p[d->len - 1] != '\r';
    if (*added && d->len + 2 > d->room) {
        char *p = realloc(d->p, d->len + 2);
        if (!p)
            return err_set(err, "out of memory for a text of %zu bytes", d->len);
        d->p = p;
        d->room = d->len + 2;
    }
    if (*added)
        d->p[d->len++] = '\n';
    return true;
}

/* The line end between files is hashed as if it had been in one of them. */
static bool read_one(Files *f, const char *path, bool text_only, Err *err)
{
    FileData *d = f->d;
    size_t    before = d->len;
    bool      added;
    if (!join(f, &added, err))
        return false;
    size_t begin = d->len;
    bool   ok = file_read(path, d, err);
    if (ok && text_only && !text_kind_check(path, d->p + begin, d->len - begin, err)) {
        f->c->not_text = true;
        ok = false;
    }
    if (!ok || d->len == begin) {
        d->len = before;
        return ok;
    }
    if (added)
        hash_add(&f->hash, "\n", 1);
    f->c->joined += added;
    clean(f->c, d, begin, f->o.keep_cr, &f->hash);
    return true;
}

/* Appends to a list as long as it fits; control characters become '?'. */
static void list(char *to, size_t size, const char *what)
{
    size_t at = strlen(to), n = strlen(what);
    if (at + n + sizeof ", " > size)
        return;
    snprintf(to + at, size - at, "%s%s", at ? ", " : "", what);
    for (char *p = to + at; *p; p++)
        *p = (unsigned char)*p < 0x20 || *p == 0x7f ? '?' : *p;
}

/* A file of a folder. What is no text is left out; so is what may not be read. Any other failure is one. */
static bool read_member(Files *f, const char *path, size_t folder, Err *err)
{
    Err why = { 0 };
    if (read_one(f, path, true, &why)) {
        f->c->files++;
        list(f->c->named, sizeof f->c->named, path + folder);
        return true;
    }
    bool skip = f->c->not_text || access(path, R_OK) != 0;
    f->c->not_text = false;
    f->c->left_out++;
    why.msg[strcspn(why.msg, ",")] = '\0';   /* "a.pdf is a PDF document" */
    list(f->c->unread, sizeof f->c->unread, strncmp(why.msg, path, folder) == 0 ? why.msg + folder : why.msg);
    return skip || err_set(err, "%s", why.msg);
}

static bool read_folder(Files *f, const char *path, Err *err)
{
    Folder folder;
    size_t files = f->c->files, n = strlen(path);
    if (!folder_list(&folder, path, err))
        return false;
    bool ok = true;
    while (n > 1 && path[n - 1] == '/')
        n--;
    for (size_t i = 0; ok && i < folder.n; i++)
        ok = read_member(f, folder.paths[i], n + 1, err);
    f->c->left_out += folder.left_out;
    if (ok && f->c->files == files && folder.n == 0)
        ok = err_set(err, "the folder %s holds no files", path);
    else if (ok && f->c->files == files)
        ok = err_set(err, "none of the %zu file%s in the folder %s is a text: %s", folder.n,
                     folder.n == 1 ? "" : "s", path, f->c->unread);
    folder_free(&folder);
    return ok;
}

static bool read_all(Files *f, char *const *paths, int n_paths, Err *err)
{
    f->hash = hash_begin();
    f->d->len = 0;
    *f->c = (Corpus){ 0 };
    for (int i = 0; i < n_paths; i++) {
        bool folder = f->o.folders && strcmp(paths[i], "-") != 0 && file_is_dir(paths[i]);
        if (!(folder ? read_folder(f, paths[i], err) : read_one(f, paths[i], f->o.text_only, err)))
            return false;
    }
    f->c->hash = hash_end(&f->hash);
    return true;
}

/* Could the corpus be the wanted one if files were joined as they are? Standard input cannot be read again. */
static bool earlier(const Files *f, char *const *paths, int n_paths)
{
    bool again = f->o.hash && f->c->hash != f->o.hash && f->c->joined > 0;
    for (int i = 0; i < n_paths; i++)
        again = again && strcmp(paths[i], "-") != 0;
    return again;
}

static bool read_files(Corpus *c, FileData *d, char *const *paths, int n_paths, CorpusOptions o, Err *err)
{
    Files f = { .c = c, .d = d, .o = o, .join = true };
    bool  ok = read_all(&f, paths, n_paths, err);
    if (ok && earlier(&f, paths, n_paths)) {
        f.join = false;
        ok = read_all(&f, paths, n_paths, err);
        f.join = true;
        ok = ok && (c->hash == o.hash || read_all(&f, paths, n_paths, err));
    }
    if (!ok || d->len > 0)
        return ok;
    if (n_paths == 1)
        return err_set(err, "%s is empty: give a text", strcmp(paths[0], "-") ? paths[0] : "standard input");
    return err_set(err, "the %d files are empty: give a text", n_paths);
}

/* --- NgramLoss --- */

/* Eight ASCII bytes at a time. Equal neighbours would wait for the same counter, so there are several. */
static size_t count_ascii(const unsigned char *s, size_t n, uint64_t lane[LANES][128])
{
    size_t   i = 0;
    uint64_t word;
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, s + i, 8);
        if (word & 0x8080808080808080u)
            break;
        for (size_t j = 0; j < 8; j++)
            lane[j % LANES][s[i + j]]++;
    }
    return i;
}

static void count(const char *text, size_t len, uint64_t *counts)
{
    uint64_t lane[LANES][128] = { 0 };
    size_t   i = 0;
    int      k;
    while (i < len) {
        i += count_ascii((const unsigned char *)text + i, len - i, lane);
        for (size_t end = i + 8; i < end && i < len; i += (size_t)k)
            counts[vocab_slot(text_decode(text + i, len - i, &k))]++;
    }
    for (size_t j = 0; j < LANES; j++)
        for (size_t ch = 0; ch < 128; ch++)
            counts[ch] += lane[j][ch];
}

/* Reports `times` characters, `kinds` distinct ones, without a token; ch is one of them. */
static bool lacks(const Vocab *v, uint32_t ch, size_t times, size_t kinds, Err *err)
{
    char different[48] = "";
    if (kinds > 1)
        snprintf(different, sizeof different, ", %zu different ones,", kinds);
    vocab_lacks(v, ch, err);
    return err_in(err, "%zu character%s of the text%s cannot be encoded", times, times == 1 ? "" : "s", different);
}

static uint32_t char_at(size_t slot)
{
    return slot < TEXT_POINTS ? (uint32_t)slot : TEXT_RAW | (uint32_t)(slot - TEXT_POINTS);
}

/* Computes from the counts the length in tokens, and what is skipped or lacking. */
static bool survey(Corpus *c, const uint64_t *counts, const Vocab *v, bool skip, Err *err)
{
    int    ids[TEXT_ENCODED];
    size_t kinds = 0, first = 0;
    for (size_t slot = 0; slot < VOCAB_SLOTS; slot++) {
        size_t times = (size_t)counts[slot];
        if (times == 0)
            continue;
        int n = vocab_char(v, char_at(slot), ids);
        if (n == 0 && kinds++ == 0)
            first = slot;
        c->distinct++;
        c->characters += times;
        c->n += times * (size_t)n;
        c->invalid += slot >= TEXT_POINTS ? times : 0;
        c->split += n > 0 && ids[0] != vocab_find(v, char_at(slot)) ? times : 0;
        c->skipped += n == 0 ? times : 0;
    }
    c->lacking = c->n == 0 || (kinds > 0 && !skip);
    if (kinds > 0 && !skip)
        return lacks(v, char_at(first), c->skipped, kinds, err);
    return c->n > 0 || err_set(err, "the vocabulary has none of the text's %zu character%s", c->characters,
                                   c->characters == 1 ? "" : "s");
}

/* --- Encoding --- */

static void put(uint8_t *narrow, uint16_t *wide, size_t i, uint32_t id)
{
    if (narrow)
        narrow[i] = (uint8_t)id;
    else
        wide[i] = (uint16_t)id;
}

/* `narrow` may be the text itself: a token takes no more bytes than its character, so writing never overtakes reading.
 * After survey, only characters to skip have no token. Returns the number of tokens. */
static size_t encode(const Vocab *v, const char *text, size_t len, uint8_t *narrow, uint16_t *wide)
{
    size_t i = 0, to = 0;
    int    k, ids[TEXT_ENCODED];
    while (i < len) {
        unsigned char b = (unsigned char)text[i];
        if (b < 0x80) {
            uint32_t id = v->ids[b];
            i++;
            if (id)
                put(narrow, wide, to++, id - 1);
            continue;
        }
        int n = vocab_char(v, text_decode(text + i, len - i, &k), ids);
        i += (size_t)k;
        for (int j = 0; j < n; j++)
            put(narrow, wide, to++, (uint32_t)ids[j]);
    }
    return to;
}

/* Start of the last piece of a text, at a character boundary: a byte that starts one, or after three continuation
 * bytes, which no character exceeds. */
static size_t last_piece(const char *text, size_t len)
{
    if (len <= PIECE)
        return 0;
    for (size_t at = len - PIECE; at > len - PIECE - TEXT_ENCODED; at--)
        if (((unsigned char)text[at] & 0xc0) != 0x80)
            return at;
    return len - PIECE;
}

/* Encodes piece by piece from the end and frees each piece of text at once, so that text and tokens are never in memory
 * together. A piece is encoded to the free start of `wide` first: its length in tokens is unknown before. */
static void encode_wide(FileData *d, const Vocab *v, uint16_t *wide, size_t n)
{
    for (size_t begin; d->len > 0; d->len = begin) {
        begin = last_piece(d->p, d->len);
        size_t k = encode(v, d->p + begin, d->len - begin, NULL, wide);
        memmove(wide + (n -= k), wide, k * sizeof *wide);
        char *less = realloc(d->p, begin + 1);
        d->p = less ? less : d->p;
    }
}

/* One-byte tokens reuse the text's memory. */
static bool encode_text(Corpus *c, FileData *d, const Vocab *v, Err *err)
{
    if (v->n <= 256) {
        c->narrow = (uint8_t *)d->p;
        encode(v, d->p, d->len, c->narrow, NULL);
        void *less = realloc(d->p, c->n + 1);
        c->narrow = less ? less : c->narrow;
        d->p = NULL;
        return true;
    }
    c->wide = malloc((c->n + 1) * sizeof *c->wide);
    if (!c->wide)
        return err_set(err, "out of memory for a text of %zu tokens", c->n);
    encode_wide(d, v, c->wide, c->n);
    return true;
}

/* When a given vocabulary lacks characters: is the reason that the file is no text? Then that is the error. */
static bool is_other(Corpus *c, const FileData *d, const char *path, Err *err)
{
    Err why = { 0 };
    c->not_text = path && !text_kind_check(path, d->p, d->len, &why);
    if (c->not_text) {
        *err = why;
        c->lacking = false;
    }
    return c->not_text;
}

/* `path` names the file, if there is one. */
static bool tokens_from(Corpus *c, FileData *d, const char *path, CorpusOptions o, Vocab *v, uint64_t *counts, Err *err)
{
    count(d->p, d->len, counts);
    bool made = v->n == 0;
    if (made && !vocab_from_counts(v, counts, o.cap, err))
        return false;
    bool known = survey(c, counts, v, o.skip_unknown, err);
    if (c->skipped > 0 && is_other(c, d, path, err))
        return false;
    if (known && encode_text(c, d, v, err))
        return true;
    if (made)
        vocab_free(v);
    return false;
}

bool corpus_read(Corpus *c, char *const *paths, int n_paths, CorpusOptions o, Vocab *v, Err *err)
{
    FileData d = { 0 };
    *c = (Corpus){ 0 };
    bool ok = read_files(c, &d, paths, n_paths, o, err);
    if (ok) {
        uint64_t *counts = calloc(VOCAB_SLOTS, sizeof *counts);
        ok = counts ? tokens_from(c, &d, n_paths == 1 ? paths[0] : NULL, o, v, counts, err)
                    : err_set(err, "out of memory for counting characters");
        free(counts);
    }
    file_free(&d);
    c->n_train = c->n;
    bool lacking = c->lacking, not_text = c->not_text;
    if (!ok)
        corpus_free(c);
    c->lacking = lacking;
    c->not_text = not_text;
    return ok;
}

void corpus_free(Corpus *c)
{
    free(c->narrow);
    free(c->wide);
    *c = (Corpus){ 0 };
}

/* --- Parts of it --- */

void corpus_split(Corpus *c, double fraction) { c->n_train = (size_t)((double)c->n * (1 - fraction)); }

void corpus_window(const Corpus *c, size_t start, size_t n, int *out)
{
    if (c->narrow)
        for (size_t i = 0; i < n; i++)
            out[i] = c->narrow[start + i];
    else
        for (size_t i = 0; i < n; i++)
            out[i] = c->wide[start + i];
}
