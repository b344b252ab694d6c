#include "cli/live/inside.h"
#include "base/file.h"
#include "base/human.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/live/base64.h"
#include "cli/model_file.h"
#include "files/model.h"
#include <errno.h>
#include <stdlib.h>

/* Bytes of a text and of a model: a browser holds several times as much while it opens the page. */
enum { MOST_TEXT = 20000000, MOST_MODEL = 100000000 };

static bool fits(const char *path, size_t len, size_t most, Err *err)
{
    return len <= most || err_set(err, "%s has %s; a page holds at most %s", path, human_bytes(len).s,
                                  human_bytes(most).s);
}

/* The page keeps characters, not bytes: others would be lost without a word. */
static bool is_utf8(const char *path, const FileData *d, Err *err)
{
    int len;
    for (size_t i = 0; i < d->len; i += (size_t)len)
        if (text_decode(d->p + i, d->len - i, &len) & TEXT_RAW)
            return err_set(err, "%s is not UTF-8 at byte %zu: convert it, for example with iconv -f latin1 -t utf8",
                           path, i + 1);
    return true;
}

static bool put_text(Json *j, const char *path, Err *err)
{
    FileData d = { 0 };
    if (!path)
        return true;
    bool ok = file_read(path, &d, err) && (d.len > 0 || err_set(err, "%s is empty: there is nothing to learn", path)) &&
              fits(path, d.len, MOST_TEXT, err) && is_utf8(path, &d, err);
    if (ok)
        json_bytes(j, "text", d.p, d.len);
    file_free(&d);
    return ok;
}

/* Opens it first, so that a broken file is reported here and not in the page. */
static bool put_model(Json *j, const char *asked, Err *err)
{
    char        path[1024];
    FileData    d = { 0 };
    Checkpoint  header = { 0 };
    if (!asked)
        return true;
    if (!model_file_find(asked, path, sizeof path, err) || !checkpoint_open(&header, path, err))
        return false;
    checkpoint_close(&header);
    char *text = NULL;
    bool  ok = file_read(path, &d, err) && fits(path, d.len, MOST_MODEL, err) &&
              ((text = base64(d.p, d.len)) != NULL || err_set(err, "out of memory for the model %s", path));
    if (ok)
        json_text(j, "model", text);
    free(text);
    file_free(&d);
    return ok;
}

char *live_inside(const LiveOptions *o, size_t *len, Err *err)
{
    char *json = NULL;
    FILE *f = open_memstream(&json, len);
    Json  j = { .out = f, .compact = true };
    if (!f) {
        err_set(err, "out of memory for the page: %s", file_why(errno));
        return NULL;
    }
    json_object(&j, NULL);
    json_text(&j, "program", "heed " HEED_VERSION);
    bool ok = put_text(&j, o->text, err) && put_model(&j, o->model, err);
    if (o->prompt)
        json_text(&j, "prompt", o->prompt);
    json_end(&j);
    if ((fclose(f) != 0 || j.lost || !json) && ok)
        ok = err_set(err, "out of memory for the page");
    if (ok)
        return json;
    free(json);
    return NULL;
}
