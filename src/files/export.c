#include "files/export.h"
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
    buffer_print(&b, HF_CONFIG_START "%d,\n", c->vocab);
    buffer_print(&b, "\"n_positions\": %d,\n\"n_ctx\": %d,\n\"n_embd\": %d,\n", c->context, c->context, c->channels);
    buffer_print(&b, "\"n_layer\": %d,\n\"n_head\": %d,\n\"n_inner\": %d,\n", c->layers, c->heads,
                 MLP_TIMES * c->channels);
    buffer_print(&b, "\"activation_function\": \"gelu_new\",\n\"layer_norm_epsilon\": 1e-05,\n");
    buffer_print(&b, "\"resid_pdrop\": %.6f,\n\"embd_pdrop\": %.6f,\n\"attn_pdrop\": %.6f,\n", dropout, dropout,
                 dropout);
    buffer_print(&b, "\"tie_word_embeddings\": %s,\n\"bos_token_id\": null,\n\"eos_token_id\": null,\n"
                     "\"torch_dtype\": \"float32\"\n}\n", c->tied ? "true" : "false");
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
    buffer_print(&b, "{\n\"tokenizer_class\": \"PreTrainedTokenizerFast\",\n\"model_max_length\": %d,\n"
                     "\"clean_up_tokenization_spaces\": false\n}\n", m->file.config.context);
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
