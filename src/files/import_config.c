#include "files/import_config.h"
#include "base/file.h"
#include "base/json_read.h"
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef enum Type { TYPE_OTHER, TYPE_GPT2, TYPE_APERTUS } Type;

/* The keys that are read. */
typedef struct HfConfig {
    int    vocab, context, channels, layers, heads, inner;      /* inner 0: not given */
    int    kv_heads;                                            /* 0: as many */
    double epsilon, theta;
    Type   type;
    bool   gelu_tanh, relu2, scaled, by_layer, crossed, biased, stretched;
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
    *(Type *)to = !ok ? TYPE_OTHER : json_text_is(x, "gpt2") ? TYPE_GPT2 : json_text_is(x, "apertus") ? TYPE_APERTUS :
                  TYPE_OTHER;
    return ok;
}

static bool read_relu2(JsonRead *r, void *to)
{
    JsonText x;
    bool     ok = json_read_text(r, &x);
    *(bool *)to = ok && json_text_is(x, "relu2");
    return ok;
}

/* {"rope_type": "default", "rope_theta": 10000}, or null. */
typedef struct Rotation { bool stretched; double theta; } Rotation;

static bool read_rope_type(JsonRead *r, void *to)
{
    JsonText x;
    bool     ok = json_read_text(r, &x);
    *(bool *)to = !ok || !json_text_is(x, "default");
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

static bool read_real_or_null(JsonRead *r, void *to) { return json_read_null(r) || read_real(r, to); }

static bool read_rotation(JsonRead *r, void *to)
{
    static const JsonField fields[] = {
        { "rope_type", read_rope_type, offsetof(Rotation, stretched) },
        { "rope_theta", read_real_or_null, offsetof(Rotation, theta) },
    };
    HfConfig *c = to;
    Rotation  x = { .stretched = false, .theta = c->theta };
    if (!json_read_null(r) && !json_read_fields(r, fields, 2, 0, true, &x))
        return false;
    c->stretched = c->stretched || x.stretched;
    c->theta = x.theta;
    return true;
}

#define ROW(key, read, field) { key, read, offsetof(HfConfig, field) }

static const JsonField any_type[] = { ROW("model_type", read_type, type) };

static const JsonField gpt2_rows[] = {
    ROW("model_type", read_type, type),
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

static const JsonField apertus_rows[] = {
    ROW("model_type", read_type, type),
    ROW("vocab_size", read_size, vocab),
    ROW("max_position_embeddings", read_size, context),
    ROW("hidden_size", read_size, channels),
    ROW("num_hidden_layers", read_size, layers),
    ROW("num_attention_heads", read_size, heads),
    ROW("num_key_value_heads", read_inner, kv_heads),
    ROW("intermediate_size", read_inner, inner),
    ROW("hidden_act", read_relu2, relu2),
    ROW("rms_norm_eps", read_real, epsilon),
    ROW("attention_bias", read_bool, biased),
    ROW("rope_theta", read_real_or_null, theta),
    { "rope_parameters", read_rotation, 0 },
    { "rope_scaling", read_rotation, 0 },
};

enum {
    GPT2_ROWS = sizeof gpt2_rows / sizeof *gpt2_rows, APERTUS_ROWS = sizeof apertus_rows / sizeof *apertus_rows,
    NEEDED = 6                                                  /* the first ones are required */
};

/* Refuses what heed's GPT-2 lacks. */
static bool check_gpt2(const HfConfig *c, Err *err)
{
    if (!c->gelu_tanh)
        return err_set(err, "its activation_function is neither gelu_new nor gelu_pytorch_tanh");
    if (fabs(c->epsilon - 1e-5) > 1e-9)
        return err_set(err, "its layer_norm_epsilon is %g, heed's is 1e-05", c->epsilon);
    if (!c->scaled || c->by_layer || c->crossed)
        return err_set(err, "it scales its attention differently from GPT-2, or has cross-attention");
    return c->inner == 0 || (c->inner % MLP_TIMES == 0 && c->inner / MLP_TIMES == c->channels) ||
           err_set(err, "its n_inner is %d, heed's is %d x %d", c->inner, MLP_TIMES, c->channels);
}

/* Refuses what heed's Apertus lacks. */
static bool check_apertus(const HfConfig *c, Err *err)
{
    if (!c->relu2)
        return err_set(err, "its hidden_act is not relu2");
    if (fabs(c->epsilon - 1e-5) > 1e-9)
        return err_set(err, "its rms_norm_eps is %g, heed's is 1e-05", c->epsilon);
    if (c->theta != 10000 || c->stretched)
        return err_set(err, "it rotates positions with rope_theta %g%s, heed with 10000", c->theta,
                       c->stretched ? " and a rope_type other than default" : "");
    if (c->biased || (c->kv_heads && c->kv_heads != c->heads))
        return err_set(err, "its attention has biases, or fewer keys than queries");
    return c->inner == MLP_TIMES * (int64_t)c->channels ||
           err_set(err, "its intermediate_size is %d, heed's is %d x %d", c->inner, MLP_TIMES, c->channels);
}

static Config shape_of(const HfConfig *h)
{
    Config c = { .vocab = h->vocab, .context = h->context, .channels = h->channels, .layers = h->layers,
                 .heads = h->heads, .bias = true, .positions = POSITIONS_LEARNED, .norm = NORM_LAYER,
                 .activation = ACTIVATION_GELU };
    if (h->type == TYPE_APERTUS) {
        c.bias = false, c.positions = POSITIONS_ROTARY, c.norm = NORM_RMS, c.activation = ACTIVATION_RELU2;
        c.qk_norm = true, c.qk_gain = QK_GAIN_LAYER;
    }
    return c;
}

/* Which keys there are depends on the type, so that comes first. Reading decodes strings in place: a copy is read. */
static bool read_type_of(const FileData *f, HfConfig *h, Err *err)
{
    char    *copy = malloc(f->len + 1);
    if (!copy)
        return err_set(err, "out of memory: no room for %zu bytes", f->len);
    memcpy(copy, f->p, f->len);
    JsonRead r = json_read(copy, f->len, err);
    bool ok = json_read_fields(&r, any_type, 1, 1, true, h) && json_read_end(&r) &&
              (h->type != TYPE_OTHER || err_set(err, "its model_type is neither gpt2 nor apertus"));
    free(copy);
    return ok;
}

bool import_config(Config *c, const char *path, Err *err)
{
    FileData f = { 0 };
    HfConfig h = { .epsilon = 1e-5, .gelu_tanh = true, .scaled = true, .theta = 12e6 };
    bool     ok = file_read(path, &f, err);
    if (ok) {
        JsonRead r = json_read(f.p, f.len, err);
        ok = read_type_of(&f, &h, err) &&
             (h.type == TYPE_GPT2 ?
              json_read_fields(&r, gpt2_rows, GPT2_ROWS, NEEDED, true, &h) && check_gpt2(&h, err) :
              json_read_fields(&r, apertus_rows, APERTUS_ROWS, NEEDED, true, &h) && check_apertus(&h, err));
        if (!ok)
            err_in(err, "cannot use %s", path);
    }
    file_free(&f);
    *c = shape_of(&h);
    return ok && config_check(c, err);
}
