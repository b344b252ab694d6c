#include "base/json.h"
#include "cli/sample/rows.h"
#include "cli/sample/run.h"
#include <stdlib.h>
#include <string.h>

/* The state of writing one sample. */
typedef struct Writing {
    SampleRun *r;
    FILE      *text;                        /* standard output, memory for --json, NULL for a table */
    Json       json;
    TextStream stream;
    char       last;                        /* last byte written                                    */
    int64_t    done;                        /* characters generated                                 */
    bool       stopped;                     /* a --stop text was found                              */
    bool       raw;                         /* bytes of another encoding are written as learned     */
    bool       lost;                        /* some text was lost for lack of memory                */
} Writing;

/* The characters that the bytes of a token complete. Those of another encoding than UTF-8 never complete one. */
static size_t complete(Writing *w, int id, char out[TEXT_STREAM_ROOM(TEXT_ENCODED)])
{
    char   in[TEXT_ENCODED];
    size_t n = (size_t)vocab_decode(&w->r->model.file.vocab, id, in);
    if (!w->raw)
        return text_stream(&w->stream, in, n, out);
    memcpy(out, in, n);
    return n;
}

static void put(Writing *w, const char *s, size_t n)
{
    if (n)
        w->last = s[n - 1];
    if (w->text && fwrite(s, 1, n, w->text) != n)
        w->lost = true;
}

/* To a pipe or a file, the text goes byte for byte. On a terminal a control character could change its title or what
 * it has shown: '?' stands for it; a carriage return, which --keep-cr leaves at the end of lines, is left out. */
static void put_text(Writing *w, const char *s, size_t n)
{
    if (!w->r->term.tty || w->text != stdout) {
        put(w, s, n);
        return;
    }
    for (size_t at = 0; at < n;) {
        char one[TEXT_ENCODED + 1] = "";
        int  len;
        (void)text_decode(s + at, n - at, &len);
        memcpy(one, s + at, (size_t)len);
        if (*one != '\r')
            put(w, one, strlen(text_harmless(one)));
        at += (size_t)len;
    }
}

/* Writes the prompt as the model sees it. If it ends within a multi-byte character, those bytes wait in the
 * stream for the rest to be generated. */
static void echo(Writing *w)
{
    const SampleRun *r = w->r;
    char out[TEXT_STREAM_ROOM(TEXT_ENCODED)];
    for (size_t i = 0; i < r->n_prompt && !r->unprompted; i++) {
        size_t n = complete(w, r->prompt[i], out);
        if (r->o->echo && !r->o->json)
            put_text(w, out, n);
    }
}

/* Writes the characters that a token completes, one by one, checking each against the --stop texts. */
static void take(Writing *w, int id)
{
    SampleRun *r = w->r;
    char   out[TEXT_STREAM_ROOM(TEXT_ENCODED)];
    size_t n = complete(w, id, out), ready;
    int    len;
    for (size_t at = 0; at < n && !w->stopped && w->done < r->o->count; at += (size_t)len, w->done++) {
        (void)text_decode(out + at, n - at, &len);
        w->stopped = stop_push(&r->stop, out + at, (size_t)len, &ready);
        put_text(w, r->stop.held, ready);
    }
}

static void show(Writing *w, int id)
{
    SampleRun *r = w->r;
    if (r->o->probs && r->o->json)
        sample_rows_json(&w->json, &r->sampler, &r->model.file.vocab, id);
    else if (r->o->probs)
        sample_rows_line(&r->sampler, &r->model.file.vocab, id, r->term.utf8);
}

/* Bytes of an incomplete character at the end of the count are dropped. */
static bool draw(Writing *w, Err *err)
{
    SampleRun *r = w->r;
    while (w->done < r->o->count && !w->stopped && !sample_unread(r)) {
        int id = sampler_next(&r->sampler, err);
        if (id < 0)
            return false;
        show(w, id);
        take(w, id);
    }
    if (!w->stopped)
        put_text(w, r->stop.held, stop_end(&r->stop));
    return true;
}

static bool json_prompt(Writing *w, Err *err)
{
    SampleRun *r = w->r;
    size_t n = 0;
    char  *s = malloc((r->n_prompt + 1) * TEXT_ENCODED);
    if (!s)
        return err_set(err, "out of memory for the prompt");
    for (size_t i = 0; i < r->n_prompt && !r->unprompted; i++)
        n += (size_t)vocab_decode(&r->model.file.vocab, r->prompt[i], s + n);
    json_bytes(&w->json, "prompt", s, n);
    free(s);
    return true;
}

/* Starts at depth 2, where the writer inserts no newlines, to keep the object on one line. */
static bool write_json(Writing *w, uint64_t seed, Err *err)
{
    char  *s = NULL;
    size_t n = 0;
    w->json = (Json){ .out = stdout, .depth = 2 };
    w->text = open_memstream(&s, &n);
    if (!w->text)
        return err_set(err, "out of memory for the text");
    json_object(&w->json, NULL);
    json_text(&w->json, "model", w->r->path);
    sample_with_json(w->r, &w->json);
    json_int(&w->json, "seed", (int64_t)seed);
    bool ok = json_prompt(w, err);
    if (w->r->o->probs)
        json_array(&w->json, "steps");
    ok = ok && draw(w, err);
    if (w->r->o->probs)
        json_end_array(&w->json);
    if (fclose(w->text) != 0 || !s || w->lost) {
        free(s);
        return err_set(err, "out of memory for the text");
    }
    json_bytes(&w->json, "text", s, n);
    json_int(&w->json, "characters", w->done);
    json_text(&w->json, "end", w->stopped ? "stop" : "count");
    json_end(&w->json);
    putchar('\n');
    free(s);
    return ok;
}

static bool write_text(Writing *w, Err *err)
{
    const SampleRun *r = w->r;
    w->text = r->o->probs ? NULL : stdout;
    if (r->o->probs)
        sample_rows_head();
    echo(w);
    bool ok = draw(w, err);
    if (w->text && (r->term.tty || r->o->num > 1) && w->last != '\n')
        put(w, "\n", 1);
    return ok;
}

bool sample_write(SampleRun *r, int64_t i, Err *err)
{
    bool     utf8 = vocab_utf8(&r->model.file.vocab), shown = r->term.tty || r->o->json;
    Writing  w = { .r = r, .last = '\n', .raw = !utf8 && !shown };
    uint64_t seed = r->seed + (uint64_t)i;
    if (!utf8 && shown && i == 0)
        term_print(stderr, "sample: the model's text is not UTF-8: other bytes are shown as U+FFFD; in a file or pipe "
                   "they are as learned\n");
    stop_clear(&r->stop);
    if (!sampler_begin(&r->sampler, &r->reader, r->prompt, r->n_prompt, seed, err))
        return false;
    return r->o->json ? write_json(&w, seed, err) : write_text(&w, err);
}

bool sample_unread(SampleRun *r)
{
    double now = term_seconds();
    if (!r->term.tty && now - r->flushed < 0.05)
        return false;
    r->flushed = now;
    return !term_flush() || term_deserted(stdout);
}
