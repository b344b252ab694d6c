#include "files/export.h"
#include "base/size.h"
#include "files/tensors.h"
#include <stdio.h>
#include <string.h>

/* ggml's docs/gguf.md; the keys that an architecture's loader requires are in llama.cpp's src/models. Keys, then a
 * table of tensors, then the numbers, each tensor aligned to ALIGN bytes. */
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

enum { KEYS = 12, APERTUS_KEYS = 7 };       /* and those of Apertus alone */

/* The arch is part of the key: "gpt2.block_count". */
static void shape_u32(Buffer *b, const char *arch, const char *key, int x)
{
    char name[64];
    snprintf(name, sizeof name, "%s.%s", arch, key);
    key_u32(b, name, x);
}

static void key_f32(Buffer *b, const char *key, float x)
{
    write_key(b, key, TYPE_F32);
    buffer_f32(b, x);
}

/* One number for each layer. */
static void key_layers(Buffer *b, const char *key, float x, int layers)
{
    write_key(b, key, TYPE_ARRAY);
    buffer_u32(b, TYPE_F32);
    buffer_u64(b, (uint64_t)layers);
    for (int i = 0; i < layers; i++)
        buffer_f32(b, x);
}

/* xIELU (Huang and Schlag 2024) is softplus(alpha_p) x^2 + beta x for x > 0, and for other x (expm1(min(x, eps)) - x)
 * (beta + softplus(alpha_n)) + beta x. It is max(x, 0)^2 with beta 0, softplus(log(e - 1)) = 1, and an alpha_n so low
 * that its softplus is 0. */
static void apertus_keys(Buffer *b, const Config *c)
{
    key_u32(b, "apertus.attention.head_count_kv", c->heads);
    key_u32(b, "apertus.rope.dimension_count", c->channels / c->heads);
    key_f32(b, "apertus.rope.freq_base", 10000);
    key_layers(b, "xielu.alpha_p", 0.541324855f, c->layers);
    key_layers(b, "xielu.alpha_n", -200, c->layers);
    key_layers(b, "xielu.beta", 0, c->layers);
    key_layers(b, "xielu.eps", -1e-6f, c->layers);
}

static void write_keys(Buffer *b, const Checkpoint *m, Arch arch)
{
    const Config *c = &m->config;
    const char   *name = arch == ARCH_GPT2 ? "gpt2" : "apertus";
    key_string(b, "general.architecture", name);
    key_u32(b, "general.alignment", ALIGN);
    key_u32(b, "general.file_type", TENSOR_F32);
    shape_u32(b, name, "context_length", c->context);
    shape_u32(b, name, "embedding_length", c->channels);
    shape_u32(b, name, "block_count", c->layers);
    shape_u32(b, name, "feed_forward_length", MLP_TIMES * c->channels);
    shape_u32(b, name, "attention.head_count", c->heads);
    if (arch == ARCH_APERTUS)
        apertus_keys(b, c);
    key_f32(b, arch == ARCH_GPT2 ? "gpt2.attention.layer_norm_epsilon" : "apertus.attention.layer_norm_rms_epsilon",
            1e-5f);
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
    Arch arch = arch_nearest(TARGET_LLAMA, &m->file.config);
    if (!arch_check(TARGET_LLAMA, &m->file.config, err) || !tensors_of(&tensors, &m->gpt, arch, TENSORS_GGUF, err))
        return false;
    buffer_add(&b, "GGUF", 4);
    buffer_u32(&b, VERSION);
    buffer_u64(&b, tensors.n);
    buffer_u64(&b, KEYS + (arch == ARCH_APERTUS ? APERTUS_KEYS : 0));
    write_keys(&b, &m->file, arch);
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
