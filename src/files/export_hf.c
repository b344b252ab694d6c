#include "files/export.h"
#include "base/json.h"
#include "files/safetensors.h"
#include "files/tensors.h"
#include "files/vocab_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* config.json, which tells transformers the class and its sizes. */

/* transformers/models/gpt2/configuration_gpt2.py */
static void gpt2(Json *j, const Config *c, double dropout)
{
    json_int(j, "n_positions", c->context);
    json_int(j, "n_ctx", c->context);
    json_int(j, "n_embd", c->channels);
    json_int(j, "n_layer", c->layers);
    json_int(j, "n_head", c->heads);
    json_int(j, "n_inner", MLP_TIMES * c->channels);
    json_text(j, "activation_function", "gelu_new");
    json_number(j, "layer_norm_epsilon", 1e-5, 6);
    json_decimal(j, "resid_pdrop", dropout, 6);
    json_decimal(j, "embd_pdrop", dropout, 6);
    json_decimal(j, "attn_pdrop", dropout, 6);
    json_bool(j, "tie_word_embeddings", c->tied);
}

/* transformers/models/apertus/configuration_apertus.py. Its own activation, xIELU, gives way to hidden_act. Without the
 * keys on rotation its defaults stretch positions: version 5 reads rope_parameters, version 4 the other two. */
static void apertus(Json *j, const Config *c, double dropout)
{
    json_int(j, "max_position_embeddings", c->context);
    json_int(j, "hidden_size", c->channels);
    json_int(j, "num_hidden_layers", c->layers);
    json_int(j, "num_attention_heads", c->heads);
    json_int(j, "num_key_value_heads", c->heads);
    json_int(j, "intermediate_size", MLP_TIMES * c->channels);
    json_text(j, "hidden_act", "relu2");
    json_number(j, "rms_norm_eps", 1e-5, 6);
    json_object(j, "rope_parameters");
    json_text(j, "rope_type", "default");
    json_int(j, "rope_theta", 10000);
    json_end(j);
    json_int(j, "rope_theta", 10000);
    json_null(j, "rope_scaling");
    json_decimal(j, "attention_dropout", dropout, 6);
    json_bool(j, "attention_bias", false);
    json_bool(j, "tie_word_embeddings", false);
    json_null(j, "pad_token_id");
}

static bool write_config(const Model *m, const char *path, Err *err)
{
    const Config *c = &m->file.config;
    bool          is_gpt2 = arch_nearest(TARGET_HF, c) == ARCH_GPT2;
    Buffer        b = { 0 };
    Json          j = { .to = &b, .plain = true, .spaced = true };
    json_object(&j, NULL);
    json_array(&j, "architectures");
    json_text(&j, NULL, is_gpt2 ? "GPT2LMHeadModel" : "ApertusForCausalLM");
    json_end_array(&j);
    json_text(&j, "model_type", is_gpt2 ? "gpt2" : "apertus");
    json_int(&j, "vocab_size", c->vocab);                           /* up to here HF_CONFIG_START */
    (is_gpt2 ? gpt2 : apertus)(&j, c, m->file.settings.dropout);
    json_null(&j, "bos_token_id");
    json_null(&j, "eos_token_id");
    json_text(&j, "torch_dtype", "float32");
    json_end(&j);
    return export_end(&b, path, err);
}

static bool write_weights(const Model *m, const char *path, Err *err)
{
    Buffer    b = { 0 };
    FileTensors tensors;
    SafeNote  note = { { "format", 6 }, { "pt", 2 } };
    if (!tensors_of(&tensors, &m->gpt, arch_nearest(TARGET_HF, &m->file.config), TENSORS_HF, err))
        return false;
    safetensors_write(&b, &tensors, &note, 1);
    tensors_free(&tensors);
    return export_end(&b, path, err);
}

static bool write_tokenizer(const Model *m, const char *path, Err *err)
{
    Buffer b = { 0 };
    vocab_text_write_tokenizer(&m->file.vocab, &b);
    return export_end(&b, path, err);
}

/* Without it, transformers uses GPT-2's tokenizer class, which adds a token. */
static bool write_tokenizer_config(const Model *m, const char *path, Err *err)
{
    Buffer b = { 0 };
    Json   j = { .to = &b, .plain = true, .spaced = true };
    json_object(&j, NULL);
    json_text(&j, "tokenizer_class", "PreTrainedTokenizerFast");
    json_int(&j, "model_max_length", m->file.config.context);
    json_bool(&j, "clean_up_tokenization_spaces", false);
    json_end(&j);
    return export_end(&b, path, err);
}

bool export_hf(const Model *m, const char *dir, Err *err)
{
    static const struct { const char *name; bool (*write)(const Model *, const char *, Err *); } files[] = {
        { HF_WEIGHTS, write_weights }, { HF_CONFIG, write_config }, { HF_TOKENIZER, write_tokenizer },
        { HF_TOKENIZER_CONFIG, write_tokenizer_config },
    };
    if (!arch_check(TARGET_HF, &m->file.config, err) || !file_make_dir(dir, err))
        return false;
    size_t room = strlen(dir) + 64;
    char  *path = malloc(room);
    bool   ok = path || err_set(err, "out of memory for a path of %zu bytes", room);
    for (size_t i = 0; ok && i < sizeof files / sizeof *files; i++) {
        snprintf(path, room, "%s/%s", dir, files[i].name);
        ok = files[i].write(m, path, err);
    }
    free(path);
    return ok;
}
