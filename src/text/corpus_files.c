#include "text/corpus_files.h"
#include "base/hash.h"
#include "text/folder.h"
#include "text/kind.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Cleans the bytes that a file added in place. */
static void clean(Corpus *c, FileData *d, size_t begin, bool keep_cr)
{
    char  *text = d->p + begin;
    size_t len = d->len - begin;
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
    Blake2b       digest;
    bool          join;
} Files;

static void hash_both(Files *f, const void *p, size_t n)
{
    hash_add(&f->hash, p, n);
    blake2b_add(&f->digest, p, n);
}

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
        hash_both(f, "\n", 1);
    f->c->joined += added;
    hash_both(f, d->p + begin, d->len - begin);
    clean(f->c, d, begin, f->o.keep_cr);
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
    f->digest = blake2b_begin();
    f->d->len = 0;
    *f->c = (Corpus){ 0 };
    for (int i = 0; i < n_paths; i++) {
        bool folder = f->o.folders && strcmp(paths[i], "-") != 0 && file_is_dir(paths[i]);
        if (!(folder ? read_folder(f, paths[i], err) : read_one(f, paths[i], f->o.text_only, err)))
            return false;
    }
    f->c->hash = hash_end(&f->hash);
    f->c->digest = blake2b_end(&f->digest);
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

bool corpus_files(Corpus *c, FileData *d, char *const *paths, int n_paths, CorpusOptions o, Err *err)
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
