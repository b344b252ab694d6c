#include "cli/convert/overwrite.h"
#include "base/file.h"
#include "files/export.h"
#include <stdio.h>
#include <string.h>

enum { START = 128 };                       /* bytes that identify a format */

/* A length of eight bytes, the upper four 0 in any header that heed reads, then JSON. */
static bool begins_safetensors(const char *start, size_t len)
{
    return len > 8 && memcmp(start + 4, "\0\0\0", 4) == 0 && start[8] == '{';
}

static bool begins_with(const char *start, size_t len, const char *mark)
{
    return len >= strlen(mark) && memcmp(start, mark, strlen(mark)) == 0;
}

/* ONNX has no magic number. Field 1, ir_version, comes first in every file: a small number. Then a field of bytes, as
 * all but the last are. */
static bool begins_onnx(const char *start, size_t len)
{
    return len > 2 && start[0] == 8 && start[1] > 0 && start[1] < 32 && (start[2] & 7) == 2;
}

static bool is_of(int format, const char *start, size_t len)
{
    switch (format) {
    case FORMAT_SAFETENSORS: return begins_safetensors(start, len);
    case FORMAT_GGUF: return begins_with(start, len, "GGUF");
    case FORMAT_ONNX: return begins_onnx(start, len);
    case FORMAT_NPZ: return begins_with(start, len, "PK\3\4");
    default: return begins_with(start, len, HF_GPT2_START) || begins_with(start, len, HF_APERTUS_START);
    }
}

static bool may_replace(int format, const char *path, const char *kind, Err *err)
{
    char   start[START];
    size_t len;
    if (file_is_dir(path))                  /* writing reports it */
        return true;
    return file_start(path, start, sizeof start, &len, err) &&
           (len == 0 || is_of(format, start, len) ||
            err_set(err, "%s already exists and is not %s: replace it with --force, or choose another name", path,
                    kind));
}

/* A folder is heed's if its config.json is: programs that train a model further write their own. */
static bool may_fill(const char *dir, Err *err)
{
    static const char *const names[] = { HF_CONFIG, HF_WEIGHTS, HF_TOKENIZER, HF_TOKENIZER_CONFIG };
    char path[1024];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (!file_exists(path))
            continue;
        return i == 0 ? may_replace(FORMAT_HF, path, "a config.json written by convert", err) :
                        err_set(err, "%s already exists without a config.json written by convert: replace it "
                                "with --force, or choose another name", path);
    }
    return true;
}

bool convert_may_write(const ConvertOptions *o, Err *err)
{
    static const char *const kinds[] = {
        [FORMAT_SAFETENSORS] = "a safetensors file", [FORMAT_ONNX] = "an ONNX file", [FORMAT_GGUF] = "a GGUF file",
        [FORMAT_NPZ] = "an npz file",
    };
    const char *to = o->args.items[1];
    if (o->force)
        return true;
    return o->to == FORMAT_HF ? may_fill(to, err) : may_replace(o->to, to, kinds[o->to], err);
}
