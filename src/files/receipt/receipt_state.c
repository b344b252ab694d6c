#include "files/receipt/receipt_state.h"
#include "base/bytes.h"
#include "base/real.h"
#include "model/gpt_params.h"

enum { FLOAT = 4, ARRAYS = 3, CHUNK = 1024 };

static void add_floats(Blake2b *s, const real *x, size_t n)
{
    unsigned char bytes[CHUNK * FLOAT];
    while (n > 0) {
        size_t k = n < CHUNK ? n : CHUNK;
        for (size_t i = 0; i < k; i++)
            store_f32(bytes + FLOAT * i, (float)x[i]);
        blake2b_add(s, bytes, FLOAT * k);
        x += k;
        n -= k;
    }
}

Digest receipt_state(const Params *p)
{
    Blake2b     s = blake2b_begin();
    const real *arrays[ARRAYS] = { p->val, p->m, p->v };
    for (int a = 0; a < ARRAYS; a++)
        for (int i = 0; i < p->n; i++)
            add_floats(&s, arrays[a] + p->list[i].at, p->list[i].len);
    return blake2b_end(&s);
}

Digest receipt_state_of_file(const Checkpoint *c)
{
    return blake2b_of(c->file.p + c->numbers_at, (size_t)gpt_params_count(&c->config) * ARRAYS * FLOAT);
}
