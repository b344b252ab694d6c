/* Models of other programs. The first byte selects the format: safetensors, with the header's length corrected; the
 * three files of a Hugging Face folder, separated by bytes 0xff; JSON; or ONNX, with the checksum corrected. A model
 * that is accepted can be saved and is then a valid model file. */
#include "base/bytes.h"
#include "base/hash.h"
#include "base/json_read.h"
#include "fuzz.h"
#include "files/import.h"
#include "files/onnx/notes.h"

enum {
    TABLE = VOCAB_SLOTS * 4,                /* the character index, the same for every model                     */
    TIMES = 16,                             /* tensor and metadata lists, 2-byte numbers widened to 4            */
    LAYER = 40 * 1024                       /* nodes and gaps between parameters, per layer                      */
};

/* The header ends with the last } before the first byte that cannot occur in one. */
static void fix_header(uint8_t *p, size_t n)
{
    size_t end = 8;
    for (size_t at = 8; at < n && p[at]; at++)
        if (p[at] == '}')
            end = at + 1;
    uint64_t said = n >= 8 ? load_u64(p) : 0;
    if (n > 8 && (said == 0 || said > n - 8 || (p[8 + said - 1] != '}' && p[8 + said - 1] != ' ')))
        store_u64(p, end - 8);
}

static void taken(Model *m, bool ok, size_t asked, size_t size, const Err *err)
{
    Err        saving = { 0 };
    Checkpoint c;
    fuzz_told(ok, err);
    size_t layers = (size_t)(ok ? m->file.config.layers : 0);
    HOLDS(asked <= TIMES * size + 3 * TABLE + (layers + 12) * LAYER, "memory");
    if (!ok)
        return;
    HOLDS(import_save(m, fuzz_path("model"), &saving), saving.msg);
    HOLDS(checkpoint_open(&c, fuzz_path("model"), &saving), saving.msg);
    HOLDS(c.config.vocab == m->file.config.vocab && c.moments && c.state.step == 0, "another model");
    checkpoint_close(&c);
    model_close(m);
}

static void safetensors(const uint8_t *data, size_t size)
{
    Model  m;
    Err    err = { 0 };
    size_t before = fuzz_asked();
    bool   ok = import_safetensors(&m, fuzz_file("s", data, size), NULL, NULL, &err);
    taken(&m, ok, fuzz_asked() - before, size, &err);
}

static void hugging_face(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "config.json", "tokenizer.json", "model.safetensors" };
    const uint8_t *at = data, *end = data + size;
    for (int i = 0; i < 3; i++) {
        const uint8_t *stop = i < 2 ? memchr(at, 0xff, (size_t)(end - at)) : NULL;
        stop = stop ? stop : end;
        fuzz_file(names[i], at, (size_t)(stop - at));
        at = stop < end ? stop + 1 : end;
    }
    Model  m;
    Err    err = { 0 };
    size_t before = fuzz_asked();
    bool   ok = import_hf(&m, scratch_dir, NULL, &err);
    taken(&m, ok, fuzz_asked() - before, size, &err);
}

static void fix_sum(uint8_t *p, size_t n)
{
    char   sum[ONNX_SUM_DIGITS + 1];
    size_t tail = ONNX_SUM_LEN + ONNX_SUM_DIGITS;
    if (n < tail)
        return;
    memcpy(p + n - tail, ONNX_SUM, ONNX_SUM_LEN);
    snprintf(sum, sizeof sum, "%08x", (unsigned)hash_crc32(0, p, n - ONNX_SUM_DIGITS));
    memcpy(p + n - ONNX_SUM_DIGITS, sum, ONNX_SUM_DIGITS);
}

static void onnx(const uint8_t *data, size_t size)
{
    Model  m;
    Err    err = { 0 };
    size_t before = fuzz_asked();
    bool   ok = import_onnx(&m, fuzz_file("o", data, size), &err);
    taken(&m, ok, fuzz_asked() - before, size, &err);
}

static void json(uint8_t *data, size_t size)
{
    Err      err = { 0 };
    JsonRead r = json_read((char *)data, size, &err);
    json_read_skip(&r);
    fuzz_told(json_read_end(&r), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 17)
        return 0;
    uint8_t *copy = malloc(size > 1 ? size - 1 : 1);        /* exact size, so that the sanitizer sees an overread */
    HOLDS(copy, "memory");
    memcpy(copy, data + 1, size - 1);
    switch (data[0] % 4) {
    case 0:
        fix_header(copy, size - 1);
        safetensors(copy, size - 1);
        break;
    case 1: hugging_face(copy, size - 1); break;
    case 2: json(copy, size - 1); break;
    case 3:
        fix_sum(copy, size - 1);
        onnx(copy, size - 1);
        break;
    }
    free(copy);
    return 0;
}
