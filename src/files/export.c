#include "files/counted.h"
#include "files/export.h"
#include "files/safetensors.h"
#include "files/vocab_text.h"

bool export_end(Buffer *b, const char *path, Err *err)
{
    bool ok = buffer_whole(b, err) && file_replace(path, &(FilePart){ b->p, b->len }, 1, err);
    buffer_free(b);
    return ok;
}

bool export_safetensors(const Model *m, const char *path, Err *err)
{
    char      lines[CHECKPOINT_LINES];
    Buffer    b = { 0 }, words = { 0 }, counted = { 0 };
    FileTensors tensors;
    if (!tensors_own(&tensors, &m->gpt, true, err))
        return false;
    vocab_text_write_words(&m->file.vocab, &words);
    if (m->file.config.counts)
        counted_write_hex(m->gpt.prior, &counted);
    const SafeNote notes[] = {
        { { "format", 6 }, { "pt", 2 } },
        { { "heed", 4 }, { lines, checkpoint_describe(&m->file, lines) } },
        { { "heed.vocab", 10 }, { words.p, words.len } },
        { { "heed.counts", 11 }, { counted.p, counted.len } },
    };
    b.lost = words.lost || counted.lost;
    safetensors_write(&b, &tensors, notes, m->file.config.counts ? 4 : 3);
    tensors_free(&tensors);
    buffer_free(&words);
    buffer_free(&counted);
    return export_end(&b, path, err);
}
