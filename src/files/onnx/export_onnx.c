#include "base/hash.h"
#include "files/counted.h"
#include "files/export.h"
#include "files/onnx/build.h"
#include "files/onnx/notes.h"
#include "files/tensors.h"
#include "files/vocab_text.h"
#include <stdio.h>

/* A protocol buffer's limit, which all readers of ONNX have. Beyond tensors, tables and vocabulary, a layer takes less
 * than LAYER bytes, and the counts less than COUNTS. */
enum { LAYER = 32768, COUNTS = 1 << 20 };

static bool fits(const Model *m, const FileTensors *tensors, const FlatCounts *counts, uint64_t vocab, Err *err)
{
    uint64_t tables = onnx_gpt_bytes(&m->file.config, counts);
    uint64_t most = tensors_bytes(tensors) + tables + vocab + CHECKPOINT_LINES +
        (uint64_t)(m->file.config.layers + 1) * LAYER + (counts ? COUNTS : 0);
    return most <= INT32_MAX ||
           err_set(err, "an ONNX file holds at most 2 GiB, the limit of protocol buffers, and this model has %zu "
                   "tensors%s in %llu bytes; safetensors can hold it", tensors->n,
                   counts ? " and the tables of its counts" : "", (unsigned long long)most);
}

/* ---- metadata ---- */

static void write_note(Buffer *b, const char *key, const char *value, size_t n)
{
    size_t at = proto_begin(b, MODEL_METADATA);
    proto_text(b, ENTRY_KEY, key);
    proto_bytes(b, ENTRY_VALUE, value, n);
    proto_end(b, at);
}

/* The vocabulary twice: for heed and programs without JSON, and as the library tokenizers reads it. Of counts all but
 * the text, which is a tensor. */
typedef struct Words {
    Buffer plain, json, counts;
} Words;

static void write_notes(Buffer *b, const Checkpoint *c, const Words *w)
{
    char lines[CHECKPOINT_LINES];
    write_note(b, ONNX_LINES, lines, checkpoint_describe(c, lines));
    write_note(b, ONNX_WORDS, w->plain.p, w->plain.len);
    write_note(b, ONNX_TOKENIZER, w->json.p, w->json.len);
    if (w->counts.len)
        write_note(b, ONNX_COUNTS, w->counts.p, w->counts.len);
}

/* The last entry: a checksum of all bytes before its digits. */
static void write_sum(Buffer *b)
{
    buffer_add(b, ONNX_SUM, ONNX_SUM_LEN);
    buffer_print(b, "%08x", b->lost ? 0 : (unsigned)hash_crc32(0, b->p, b->len));
}

static void write_doc(Buffer *b, const Config *c)
{
    char text[700];
    snprintf(text, sizeof text,
             "A character transformer by heed. Input: tokens (batch, time), at most %d long, from the start of a text. "
             "Output: for each position the logits of the next character. A token is the index of a character in the "
             "metadata entry " ONNX_WORDS ", code points in hexadecimal; a character that is missing there is spelled "
             "as the bytes of its UTF-8, in angle brackets there. " ONNX_TOKENIZER " says the same for the library "
             "tokenizers.", c->context);
    proto_text(b, MODEL_DOC, text);
}

/* ---- graph ---- */

static void write_tensor(Buffer *b, const FileTensor *a)
{
    size_t at = onnx_tensor_begin(b, a->name, ONNX_FLOAT, a->rank, a->dim);
    tensors_write(a, b);
    proto_end(b, at);
}

static void write_ports(Buffer *b, const Config *c)
{
    static const char *const axis[] = { "batch", "time", NULL };
    onnx_port(b, GRAPH_INPUT, ONNX_TOKENS, ONNX_INT64, 2, (int[]){ 0, 0 }, axis);
    onnx_port(b, GRAPH_OUTPUT, ONNX_LOGITS, ONNX_FLOAT, 3, (int[]){ 0, 0, c->vocab }, axis);
}

static void write_graph(Buffer *b, const OnnxGraph *g, const FileTensors *tensors, const Config *c)
{
    size_t at = proto_begin(b, MODEL_GRAPH);
    buffer_reserve(b, tensors_bytes(tensors) + g->nodes.len + g->constants.len + LAYER);
    buffer_add(b, g->nodes.p, g->nodes.len);
    proto_text(b, GRAPH_NAME, ONNX_PRODUCER);
    for (size_t i = 0; i < tensors->n; i++)
        write_tensor(b, &tensors->list[i]);
    buffer_add(b, g->constants.p, g->constants.len);
    write_ports(b, c);
    proto_end(b, at);
}

static void write_model(Buffer *b, const Model *m, const OnnxGraph *g, const FileTensors *tensors, const Words *w)
{
    buffer_add(b, ONNX_START, ONNX_START_LEN);
    write_doc(b, &m->file.config);
    write_graph(b, g, tensors, &m->file.config);
    size_t at = proto_begin(b, MODEL_OPSET);
    proto_int(b, OPSET_VERSION, ONNX_OPSET);
    proto_end(b, at);
    write_notes(b, &m->file, w);
    b->lost |= g->nodes.lost || g->constants.lost || w->plain.lost || w->json.lost || w->counts.lost;
    write_sum(b);
}

/* The file in b, with the model's counts laid out, or NULL. */
static bool make(Buffer *b, const Model *m, const FileTensors *tensors, const FlatCounts *counts, Err *err)
{
    OnnxGraph g = { 0 };
    Words     w = { 0 };
    vocab_text_write_words(&m->file.vocab, &w.plain);
    vocab_text_write_tokenizer(&m->file.vocab, &w.json);
    if (counts)
        counted_write_head(counts->prior, &w.counts);
    bool ok = fits(m, tensors, counts, w.plain.len + w.json.len, err) && onnx_gpt(&g, &m->gpt, counts, err);
    if (ok)
        write_model(b, m, &g, tensors, &w);
    onnx_graph_free(&g);
    buffer_free(&w.plain);
    buffer_free(&w.json);
    buffer_free(&w.counts);
    return ok;
}

bool export_onnx(const Model *m, const char *path, Err *err)
{
    FileTensors tensors;
    FlatCounts  counts = { 0 };
    Buffer      b = { 0 };
    bool        counted = m->file.config.counts;
    if (!tensors_own(&tensors, &m->gpt, false, err))
        return false;
    bool ok = !counted || flat_make(&counts, m->gpt.prior) ||
              err_set(err, "out of memory for the tables of counts");
    ok = ok && make(&b, m, &tensors, counted ? &counts : NULL, err);
    flat_free(&counts);
    tensors_free(&tensors);
    return ok && export_end(&b, path, err);
}
