#include "files/export.h"
#include "base/size.h"
#include "files/tensors.h"
#include <string.h>

/* ggml's docs/gguf.md; the keys that GPT-2's loader requires are in llama.cpp's src/models. Keys, then a table of
 * tensors, then the numbers, each tensor aligned to ALIGN bytes. */
enum { VERSION = 3, ALIGN = 32, TYPE_U32 = 4, TYPE_F32 = 6, TYPE_STRING = 8, TYPE_ARRAY = 9, TENSOR_F32 = 0 };

static void write_string(Buffer *b, const char *s, size_t n)
{
    buffer_u64(b, n);
    buffer_add(b, s, n);
}

static void write_key(Buffer *b, const char *key, uint32_t type)
{
    write_string(b, key, strlen(key));
    buffer_u32(b, type);
}

static void key_u32(Buffer *b, const char *key, int x)
{
    write_key(b, key, TYPE_U32);
    buffer_u32(b, (uint32_t)x);
}

static void key_string(Buffer *b, const char *key, const char *s)
{
    write_key(b, key, TYPE_STRING);
    write_string(b, s, strlen(s));
}

/* The tokenizer "rwkv" takes the longest match, unescapes \x and \\, and has no end-of-text token, which suits a
 * vocabulary of characters and bytes. */
static void write_token(Buffer *b, uint32_t c)
{
    char s[TEXT_ENCODED];
    int  n = text_encode(c, s);
    if (c & TEXT_RAW || c == 0) {
        buffer_u64(b, 4);
        buffer_print(b, "\\x%02x", (unsigned)(c & 0xff));
    } else if (c == '\\') {
        write_string(b, "\\\\", 2);
    } else {
        write_string(b, s, (size_t)n);
    }
}

/* The token for unknown characters. */
static int stand_in(const Vocab *v)
{
    return vocab_find(v, ' ') >= 0 ? vocab_find(v, ' ') : vocab_find(v, '\n') >= 0 ? vocab_find(v, '\n') : 0;
}

enum { KEYS = 12 };

static void write_keys(Buffer *b, const Checkpoint *m)
{
    const Config *c = &m->config;
    key_string(b, "general.architecture", "gpt2");
    key_u32(b, "general.alignment", ALIGN);
    key_u32(b, "general.file_type", TENSOR_F32);
    key_u32(b, "gpt2.context_length", c->context);
    key_u32(b, "gpt2.embedding_length", c->channels);
    key_u32(b, "gpt2.block_count", c->layers);
    key_u32(b, "gpt2.feed_forward_length", MLP_TIMES * c->channels);
    key_u32(b, "gpt2.attention.head_count", c->heads);
    write_key(b, "gpt2.attention.layer_norm_epsilon", TYPE_F32);
    buffer_f32(b, 1e-5f);
    key_string(b, "tokenizer.ggml.model", "rwkv");
    key_u32(b, "tokenizer.ggml.unknown_token_id", stand_in(&m->vocab));
    write_key(b, "tokenizer.ggml.tokens", TYPE_ARRAY);
    buffer_u32(b, TYPE_STRING);
    buffer_u64(b, (uint64_t)m->vocab.n);
    for (int i = 0; i < m->vocab.n; i++)
        write_token(b, m->vocab.chars[i]);
}

/* The fastest-varying dimension comes first. */
static void write_table(Buffer *b, const FileTensors *tensors)
{
    uint64_t at = 0;
    for (size_t i = 0; i < tensors->n; i++) {
        const FileTensor *a = &tensors->list[i];
        write_string(b, a->name, strlen(a->name));
        buffer_u32(b, (uint32_t)a->rank);
        if (a->rank == 2)
            buffer_u64(b, (uint64_t)a->dim[1]);
        buffer_u64(b, (uint64_t)a->dim[0]);
        buffer_u32(b, TENSOR_F32);
        buffer_u64(b, at);
        if (!size_pad(at + 4 * (uint64_t)tensors_len(a), ALIGN, &at))
            b->lost = true;
    }
}

bool export_gguf(const Model *m, const char *path, Err *err)
{
    Buffer    b = { 0 };
    FileTensors tensors;
    if (!tensors_gpt2_holds(&m->file.config, "GGUF", err) || !tensors_gpt2(&tensors, &m->gpt, TENSORS_GGUF, err))
        return false;
    buffer_add(&b, "GGUF", 4);
    buffer_u32(&b, VERSION);
    buffer_u64(&b, tensors.n);
    buffer_u64(&b, KEYS);
    write_keys(&b, &m->file);
    write_table(&b, &tensors);
    buffer_reserve(&b, tensors_bytes(&tensors) + ALIGN * (tensors.n + 1));
    for (size_t i = 0; i < tensors.n; i++) {
        buffer_pad(&b, ALIGN, '\0');
        tensors_write(&tensors.list[i], &b);
    }
    buffer_pad(&b, ALIGN, '\0');
    tensors_free(&tensors);
    return export_end(&b, path, err);
}
