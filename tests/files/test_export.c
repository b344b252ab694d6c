#include "files/export.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "files/made_model.h"
#include "scratch.h"

/* Readers written from the specifications of the formats. */
typedef struct Bytes {
    FileData f;
    size_t   at;
} Bytes;

static Bytes open_bytes(const char *path)
{
    Bytes b = { 0 };
    Err   err = { 0 };
    ck_assert_msg(file_read(path, &b.f, &err), "%s", err.msg);
    return b;
}

static const char *take(Bytes *b, size_t n)
{
    ck_assert(n <= b->f.len - b->at);
    b->at += n;
    return b->f.p + b->at - n;
}

static uint16_t take_u16(Bytes *b) { return load_u16(take(b, 2)); }
static uint32_t take_u32(Bytes *b) { return load_u32(take(b, 4)); }
static uint64_t take_u64(Bytes *b) { return load_u64(take(b, 8)); }

/* A GGUF string, null-terminated; valid for the next eight calls. */
static const char *take_string(Bytes *b)
{
    static char rooms[8][80];
    static int  next;
    char       *s = rooms[next++ % 8];
    uint64_t    n = take_u64(b);
    ck_assert(n < 80);
    memcpy(s, take(b, (size_t)n), (size_t)n);
    s[n] = '\0';
    return s;
}

static void assert_key(Bytes *b, const char *key, uint32_t type)
{
    ck_assert_str_eq(take_string(b), key);
    ck_assert_uint_eq(take_u32(b), type);
}

static void assert_u32(Bytes *b, const char *key, uint32_t x)
{
    assert_key(b, key, 4);
    ck_assert_uint_eq(take_u32(b), x);
}

static void assert_text(Bytes *b, const char *key, const char *x)
{
    assert_key(b, key, 8);
    ck_assert_str_eq(take_string(b), x);
}

static void assert_tokenizer(Bytes *b)
{
    static const char *const tokens[] = { "\n", "\\\\", "a", "\xf0\x9f\x98\x80", "\\x80" };
    assert_text(b, "tokenizer.ggml.model", "rwkv");
    assert_u32(b, "tokenizer.ggml.unknown_token_id", 0);
    assert_key(b, "tokenizer.ggml.tokens", 9);
    ck_assert(take_u32(b) == 8 && take_u64(b) == 5);
    for (int i = 0; i < 5; i++)
        ck_assert_str_eq(take_string(b), tokens[i]);
}

static void assert_keys(Bytes *b)
{
    assert_text(b, "general.architecture", "gpt2");
    assert_u32(b, "general.alignment", 32);
    assert_u32(b, "general.file_type", 0);
    assert_u32(b, "gpt2.context_length", 3);
    assert_u32(b, "gpt2.embedding_length", 4);
    assert_u32(b, "gpt2.block_count", 2);
    assert_u32(b, "gpt2.feed_forward_length", 16);
    assert_u32(b, "gpt2.attention.head_count", 2);
    assert_key(b, "gpt2.attention.layer_norm_epsilon", 6);
    ck_assert(load_f32(take(b, 4)) == 1e-5f);
}

/* One number of each layer. */
static void assert_layers(Bytes *b, const char *key, float x)
{
    assert_key(b, key, 9);
    ck_assert(take_u32(b) == 6 && take_u64(b) == 2);
    for (int i = 0; i < 2; i++)
        ck_assert(load_f32(take(b, 4)) == x);
}

/* softplus of alpha_p is 1, that of alpha_n 0: the activation is max(x, 0)^2. */
static void assert_apertus_keys(Bytes *b)
{
    assert_text(b, "general.architecture", "apertus");
    assert_u32(b, "general.alignment", 32);
    assert_u32(b, "general.file_type", 0);
    assert_u32(b, "apertus.context_length", 3);
    assert_u32(b, "apertus.embedding_length", 4);
    assert_u32(b, "apertus.block_count", 2);
    assert_u32(b, "apertus.feed_forward_length", 16);
    assert_u32(b, "apertus.attention.head_count", 2);
    assert_u32(b, "apertus.attention.head_count_kv", 2);
    assert_u32(b, "apertus.rope.dimension_count", 2);
    assert_key(b, "apertus.rope.freq_base", 6);
    ck_assert(load_f32(take(b, 4)) == 10000);
    assert_layers(b, "xielu.alpha_p", (float)log(exp(1) - 1));
    ck_assert((float)log(1 + exp(-200)) == 0);
    assert_layers(b, "xielu.alpha_n", -200);
    assert_layers(b, "xielu.beta", 0);
    assert_layers(b, "xielu.eps", -1e-6f);
    assert_key(b, "apertus.attention.layer_norm_rms_epsilon", 6);
    ck_assert(load_f32(take(b, 4)) == 1e-5f);
}

static const struct { const char *name; uint64_t ne[2]; } known[2][4] = {
    { { "token_embd.weight", { 4, 5 } }, { "blk.1.attn_qkv.weight", { 4, 12 } }, { "blk.0.ffn_down.weight", { 16, 4 } },
      { "blk.0.ffn_down.bias", { 4, 1 } } },
    { { "token_embd.weight", { 4, 5 } }, { "blk.1.attn_q.weight", { 4, 4 } }, { "blk.0.ffn_down.weight", { 16, 4 } },
      { "blk.0.attn_k_norm.weight", { 2, 1 } } },
};

/* The tensors' offsets, in file order, and their numbers. */
static void assert_tensors(Bytes *b, uint64_t n, const Gpt *g, bool apertus)
{
    uint64_t at = 0, place[40], len[40];
    int      seen = 0;
    for (uint64_t i = 0; i < n; i++) {
        const char *name = take_string(b);
        uint32_t    rank = take_u32(b);
        uint64_t    ne[2] = { take_u64(b), rank == 2 ? take_u64(b) : 1 };
        ck_assert(take_u32(b) == 0);
        place[i] = take_u64(b), len[i] = ne[0] * ne[1];
        ck_assert_uint_eq(place[i], at);
        at += (4 * len[i] + 31) / 32 * 32;
        for (size_t k = 0; k < 4; k++)
            if (strcmp(name, known[apertus][k].name) == 0) {
                ck_assert(ne[0] == known[apertus][k].ne[0] && ne[1] == known[apertus][k].ne[1]);
                seen++;
            }
    }
    ck_assert_int_eq(seen, 4);
    size_t data = (b->at + 31) / 32 * 32;
    ck_assert_uint_eq(b->f.len, data + at);
    for (size_t j = 0; j < len[0]; j++)
        ck_assert(load_f32(b->f.p + data + place[0] + 4 * j) == (float)g->wte->val[j]);
    for (size_t j = 0; j < len[n - 1]; j++)
        ck_assert(load_f32(b->f.p + data + place[n - 1] + 4 * j) == (float)g->lm_head->val[j]);
}

START_TEST(gguf)
{
    Model m;
    Err   err = { 0 };
    char *path = scratch("a.gguf");
    Config c = made_shape(RECIPE_GPT2);
    c.bias = _i;
    made_model(&m, c);
    ck_assert_msg(export_gguf(&m, path, &err), "%s", err.msg);
    Bytes b = open_bytes(path);
    ck_assert_mem_eq(take(&b, 4), "GGUF", 4);
    ck_assert_uint_eq(take_u32(&b), 3);
    uint64_t tensors = take_u64(&b), keys = take_u64(&b);
    ck_assert(tensors == 4 + 24 + 1 && keys == 12);
    assert_keys(&b);
    assert_tokenizer(&b);
    assert_tensors(&b, tensors, &m.gpt, false);
    file_free(&b.f);
    model_close(&m);
}
END_TEST

START_TEST(gguf_of_apertus)
{
    Model m;
    Err   err = { 0 };
    char *path = scratch("a.gguf");
    made_model(&m, made_shape(RECIPE_PORTABLE));
    ck_assert_msg(export_gguf(&m, path, &err), "%s", err.msg);
    Bytes b = open_bytes(path);
    take(&b, 8);
    uint64_t tensors = take_u64(&b), keys = take_u64(&b);
    ck_assert(tensors == 3 + 2 * 10 && keys == 12 + 7);
    assert_apertus_keys(&b);
    assert_tokenizer(&b);
    assert_tensors(&b, tensors, &m.gpt, true);
    file_free(&b.f);
    model_close(&m);
}
END_TEST

/* An entry of the archive: the name, and the array's header as text; the numbers follow. */
static const char *npz_entry(Bytes *b, char name[64], char head[200], size_t *len)
{
    ck_assert_uint_eq(take_u32(b), 0x04034b50);
    take(b, 10);
    uint32_t crc = take_u32(b), size = take_u32(b);
    ck_assert_uint_eq(take_u32(b), size);
    uint16_t n = take_u16(b);
    ck_assert(take_u16(b) == 0 && n < 64);
    memcpy(name, take(b, n), n);
    name[n] = '\0';
    const char *p = take(b, size);
    ck_assert_uint_eq(hash_crc32(0, p, size), crc);
    ck_assert_mem_eq(p, "\x93NUMPY\x01\x00", 8);
    size_t header = load_u16(p + 8);
    ck_assert((10 + header) % 64 == 0 && header < 200 && p[10 + header - 1] == '\n');
    memcpy(head, p + 10, header);
    head[header] = '\0';
    *len = size - 10 - header;
    return p + 10 + header;
}

START_TEST(npz)
{
    Model m;
    Err   err = { 0 };
    char *path = scratch("a.npz"), name[64], head[200];
    size_t n = 0, len, at[40];
    made_model(&m, made_shape(RECIPE_FAST));
    ck_assert_msg(export_npz(&m, path, &err), "%s", err.msg);
    Bytes b = open_bytes(path);
    for (bool vocab = false; !vocab; n++) {
        at[n] = b.at;
        const char  *p = npz_entry(&b, name, head, &len);
        const Param *w = n < (size_t)m.gpt.params.n ? &m.gpt.params.list[n] : NULL;
        ck_assert(!w || (strncmp(w->name, name, strlen(w->name)) == 0 && len == 4 * w->len));
        for (size_t j = 0; w && j < w->len; j++)
            ck_assert(load_f32(p + 4 * j) == (float)w->tensor.val[j]);
        if (n == 0)
            ck_assert(strstr(head, "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 4), }  ") == head);
        if (strcmp(name, "heed.npy") == 0)
            ck_assert(strstr(head, "'shape': (), }") && memcmp(p, "vocab 5\n", 8) == 0);
        vocab = strcmp(name, "vocab.npy") == 0;
        if (vocab)
            ck_assert(strstr(head, "'<u4'") && strstr(head, "(5,)") && load_u32(p + 16) == (TEXT_RAW | 0x80));
    }
    size_t directory = b.at;
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(take_u32(&b), 0x02014b50);
        take(&b, 24);
        uint16_t k = take_u16(&b);
        take(&b, 12);
        ck_assert_uint_eq(take_u32(&b), at[i]);
        take(&b, k);
    }
    ck_assert_uint_eq(take_u32(&b), 0x06054b50);
    take(&b, 4);
    ck_assert(take_u16(&b) == n && take_u16(&b) == n && take_u32(&b) == b.f.len - 22 - directory &&
              take_u32(&b) == directory);
    ck_assert(take_u16(&b) == 0 && b.at == b.f.len);
    file_free(&b.f);
    model_close(&m);
}
END_TEST

/* Equal models give identical files, and an existing file is replaced. */
START_TEST(equal_models_give_equal_files)
{
    static bool (*const write[])(const Model *, const char *, Err *) = { export_safetensors, export_npz, export_gguf };
    Model m;
    Err   err = { 0 };
    char *a = scratch("a"), *b = scratch_text("b", "something else, and longer than nothing");
    made_model(&m, made_shape(RECIPE_GPT2));
    ck_assert(write[_i](&m, a, &err) && write[_i](&m, b, &err));
    Bytes x = open_bytes(a), y = open_bytes(b);
    ck_assert_uint_eq(x.f.len, y.f.len);
    ck_assert_mem_eq(x.f.p, y.f.p, x.f.len);
    file_free(&x.f);
    file_free(&y.f);
    model_close(&m);
}
END_TEST

START_TEST(write_errors_are_reported)
{
    static bool (*const write[])(const Model *, const char *, Err *) = { export_safetensors, export_npz, export_gguf,
        export_hf };
    Model m;
    Err   err = { 0 };
    made_model(&m, made_shape(RECIPE_GPT2));
    scratch_text("file", "");
    ck_assert(!write[_i](&m, scratch("file/x"), &err));
    ck_assert_msg(strstr(err.msg, "not a directory") || strstr(err.msg, "already exists"), "%s", err.msg);
    model_close(&m);
    made_model(&m, made_shape(RECIPE_FAST));
    err = (Err){ 0 };
    ck_assert(write[_i](&m, scratch("x"), &err) == (_i < 2));
    ck_assert(_i < 2 || strstr(err.msg, "a gain per head, convolution over 4 positions"));
    ck_assert(file_exists(scratch("x")) == (_i < 2));
    model_close(&m);
}
END_TEST

START_TEST(hugging_face_folder)
{
    Model m;
    Err   err = { 0 };
    made_model(&m, made_shape(RECIPE_GPT2));
    ck_assert_msg(export_hf(&m, scratch("new/folder"), &err), "%s", err.msg);
    Bytes b = open_bytes(scratch("new/folder/config.json"));
    static const char *const lines[] = { "\"model_type\": \"gpt2\",", "\"vocab_size\": 5,", "\"n_positions\": 3,",
        "\"n_ctx\": 3,", "\"n_embd\": 4,", "\"n_layer\": 2,", "\"n_head\": 2,", "\"n_inner\": 16,",
        "\"activation_function\": \"gelu_new\",",
        "\"layer_norm_epsilon\": 1e-05,", "\"attn_pdrop\": 0.250000,", "\"tie_word_embeddings\": false,",
        "\"bos_token_id\": null," };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(strstr(b.f.p, lines[i]) != NULL, "%s", lines[i]);
    file_free(&b.f);
    b = open_bytes(scratch("new/folder/tokenizer_config.json"));
    ck_assert(strstr(b.f.p, "PreTrainedTokenizerFast") && strstr(b.f.p, "\"model_max_length\": 3,"));
    file_free(&b.f);
    model_close(&m);
}
END_TEST

CHECK_MAIN("export", LOOP(gguf, 0, 2), TEST(gguf_of_apertus), TEST(npz), LOOP(equal_models_give_equal_files, 0, 3),
           LOOP(write_errors_are_reported, 0, 4),
           TEST(hugging_face_folder))
