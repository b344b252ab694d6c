#include "files/export.h"
#include "base/json.h"
#include "files/safetensors.h"
#include "files/vocab_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool export_end(Buffer *b, const char *path, Err *err)
{
    bool ok = buffer_whole(b, err) && file_replace(path, &(FilePart){ b->p, b->len }, 1, err);
    buffer_free(b);
    return ok;
}

bool export_safetensors(const Model *m, const char *path, Err *err)
{
    char      lines[CHECKPOINT_LINES];
    Buffer    b = { 0 }, words = { 0 };
    FileTensors tensors;
    if (!tensors_own(&tensors, &m->gpt, true, err))
        return false;
    vocab_text_write_words(&m->file.vocab, &words);
    const SafeNote notes[] = {
        { { "format", 6 }, { "pt", 2 } },
        { { "heed", 4 }, { lines, checkpoint_describe(&m->file, lines) } },
        { { "heed.vocab", 10 }, { words.p, words.len } },
    };
    b.lost = words.lost;
    safetensors_write(&b, &tensors, notes, 3);
    tensors_free(&tensors);
    buffer_free(&words);
    return export_end(&b, path, err);
}

/* ---- Hugging Face ---- */

static bool write_config(const Model *m, const char *path, Err *err)
{
    const Config *c = &m->file.config;
    double        dropout = m->file.settings.dropout;
    Buffer        b = { 0 };
    Json          j = { .to = &b, .plain = true, .spaced = true };
    json_object(&j, NULL);
    json_array(&j, "architectures");
    json_text(&j, NULL, "GPT2LMHeadModel");
    json_end_array(&j);
    json_text(&j, "model_type", "gpt2");
    json_int(&j, "vocab_size", c->vocab);                           /* up to here HF_CONFIG_START */
    json_int(&j, "n_positions", c->context);
    json_int(&j, "n_ctx", c->context);
    json_int(&j, "n_embd", c->channels);
    json_int(&j, "n_layer", c->layers);
    json_int(&j, "n_head", c->heads);
    json_int(&j, "n_inner", MLP_TIMES * c->channels);
    json_text(&j, "activation_function", "gelu_new");
    json_number(&j, "layer_norm_epsilon", 1e-5, 6);
    json_decimal(&j, "resid_pdrop", dropout, 6);
    json_decimal(&j, "embd_pdrop", dropout, 6);
    json_decimal(&j, "attn_pdrop", dropout, 6);
    json_bool(&j, "tie_word_embeddings", c->tied);
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
    if (!tensors_gpt2(&tensors, &m->gpt, TENSORS_HF, err))
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
    if (!tensors_gpt2_holds(&m->file.config, "the Hugging Face format", err) || !file_make_dir(dir, err))
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
