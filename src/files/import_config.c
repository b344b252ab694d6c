#include "files/import_config.h"
#include "base/file.h"
#include "base/json_read.h"
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* The keys that are read. */
typedef struct HfConfig {
    int    vocab, context, channels, layers, heads, inner;      /* inner 0: not given */
    double epsilon;
    bool   gpt2, gelu_tanh, scaled, by_layer, crossed;
} HfConfig;

static bool read_size(JsonRead *r, void *to)
{
    uint64_t x;
    if (!json_read_count(r, &x))
        return false;
    *(int *)to = x <= INT_MAX ? (int)x : INT_MAX;               /* config_check refuses it */
    return true;
}

static bool read_inner(JsonRead *r, void *to) { return json_read_null(r) || read_size(r, to); }
static bool read_bool(JsonRead *r, void *to) { return json_read_bool(r, to); }
static bool read_real(JsonRead *r, void *to) { return json_read_number(r, to); }

static bool read_type(JsonRead *r, void *to)
{
    JsonText x;
    bool     ok = json_read_text(r, &x);
    *(bool *)to = json_text_is(x, "gpt2");
    return ok;
}

/* Two names of the tanh approximation. */
static bool read_activation(JsonRead *r, void *to)
{
    JsonText x;
    bool     ok = json_read_text(r, &x);
    *(bool *)to = json_text_is(x, "gelu_new") || json_text_is(x, "gelu_pytorch_tanh");
    return ok;
}

#define ROW(key, read, field) { key, read, offsetof(HfConfig, field) }

static const JsonField rows[] = {
    ROW("model_type", read_type, gpt2),
    ROW("vocab_size", read_size, vocab),
    ROW("n_positions", read_size, context),
    ROW("n_embd", read_size, channels),
    ROW("n_layer", read_size, layers),
    ROW("n_head", read_size, heads),
    ROW("n_inner", read_inner, inner),
    ROW("activation_function", read_activation, gelu_tanh),
    ROW("layer_norm_epsilon", read_real, epsilon),
    ROW("scale_attn_weights", read_bool, scaled),
    ROW("scale_attn_by_inverse_layer_idx", read_bool, by_layer),
    ROW("add_cross_attention", read_bool, crossed),
};

enum { ROWS = sizeof rows / sizeof *rows, NEEDED = 6 };         /* the first ones are required */

/* Refuses what heed's GPT-2 lacks. */
static bool check(const HfConfig *c, Err *err)
{
    if (!c->gpt2)
        return err_set(err, "its model_type is not gpt2");
    if (!c->gelu_tanh)
        return err_set(err, "its activation_function is neither gelu_new nor gelu_pytorch_tanh");
    if (fabs(c->epsilon - 1e-5) > 1e-9)
        return err_set(err, "its layer_norm_epsilon is %g, heed's is 1e-05", c->epsilon);
    if (!c->scaled || c->by_layer || c->crossed)
        return err_set(err, "it scales its attention differently from GPT-2, or has cross-attention");
    return c->inner == 0 || (c->inner % MLP_TIMES == 0 && c->inner / MLP_TIMES == c->channels) ||
           err_set(err, "its n_inner is %d, heed's is %d x %d", c->inner, MLP_TIMES, c->channels);
}

bool import_config(Config *c, const char *path, Err *err)
{
    FileData f = { 0 };
    HfConfig h = { .epsilon = 1e-5, .gelu_tanh = true, .scaled = true };
    bool     ok = file_read(path, &f, err);
    if (ok) {
        JsonRead r = json_read(f.p, f.len, err);
        ok = json_read_fields(&r, rows, ROWS, NEEDED, true, &h) && json_read_end(&r) && check(&h, err);
        if (!ok)
            err_in(err, "cannot use %s", path);
    }
    file_free(&f);
    *c = (Config){ .vocab = h.vocab, .context = h.context, .channels = h.channels, .layers = h.layers, .heads = h.heads,
                   .bias = true, .positions = POSITIONS_LEARNED, .norm = NORM_LAYER, .activation = ACTIVATION_GELU };
    return ok && config_check(c, err);
}
