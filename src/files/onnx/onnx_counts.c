#include "files/onnx/onnx_counts.h"
#include "files/onnx/ops.h"
#include "model/counts.h"

/* A call that adds a node is never one of two arguments: C leaves their order, and so the names, to the compiler. */
typedef struct Walking {
    OnnxGraph        *g;
    const FlatCounts *f;
    OnnxValue         text, at, row, first, token, count;   /* tables (n), int64                                    */
    OnnxValue         ids;                  /* (B,order+T) the tokens, before the first ones that occur nowhere     */
    OnnxValue         bounds;               /* (2) 0, 1                                                             */
    OnnxValue         none, one, two, three;
    OnnxValue         begin, end;           /* (B,T,1) the positions of the context                                 */
    OnnxValue         zeros;                /* (B,T,V+1)                                                            */
    OnnxValue         p;                    /* (B,T,V+1) of the tokens; the last column holds what is not looked at */
} Walking;

/* ---- tables ---- */

/* The narrowest type for integers up to `most`. */
static int type_for(uint32_t most) { return most < 256 ? ONNX_UINT8 : most < 65536 ? ONNX_UINT16 : ONNX_INT32; }

static void put(Buffer *b, int type, uint32_t x)
{
    if (type == ONNX_UINT8)
        buffer_u8(b, (uint8_t)x);
    else if (type == ONNX_UINT16)
        buffer_u16(b, (uint16_t)x);
    else
        buffer_u32(b, x);
}

typedef uint32_t Entry(const FlatCounts *f, size_t i);

static uint32_t text_entry(const FlatCounts *f, size_t i)
{
    return (uint32_t)sorted_token(&f->prior->sorted, (uint32_t)i);
}

/* After the last position, where an empty range may begin, stands any. */
static uint32_t at_entry(const FlatCounts *f, size_t i)
{
    return i < f->prior->sorted.n ? f->prior->sorted.at[i] : 0;
}

static uint32_t row_entry(const FlatCounts *f, size_t i) { return f->row[i]; }
static uint32_t first_entry(const FlatCounts *f, size_t i) { return f->first[i]; }
static uint32_t token_entry(const FlatCounts *f, size_t i) { return f->list[i].token; }
static uint32_t count_entry(const FlatCounts *f, size_t i) { return f->list[i].n; }

typedef struct Table {
    const char *name;
    Entry      *entry;
    size_t      n;
    uint32_t    most;
} Table;

enum { TEXT, AT, ROW, FIRST, TOKEN, COUNT, TABLES };

static void tables_of(const FlatCounts *f, Table t[TABLES])
{
    size_t   n = f->prior->sorted.n;
    uint32_t x = (uint32_t)f->prior->discounts.V - 1;
    t[TEXT] = (Table){ ONNX_COUNTED, text_entry, n, x };
    t[AT] = (Table){ "/counts/at", at_entry, n + 1, (uint32_t)n };
    t[ROW] = (Table){ "/counts/row", row_entry, n + 1, (uint32_t)f->rows };
    t[FIRST] = (Table){ "/counts/first", first_entry, f->rows + 1, (uint32_t)f->n };
    t[TOKEN] = (Table){ "/counts/token", token_entry, f->n, x };
    t[COUNT] = (Table){ "/counts/count", count_entry, f->n, f->most };
}

uint64_t onnx_counts_bytes(const FlatCounts *f)
{
    Table    t[TABLES];
    uint64_t bytes = 0;
    tables_of(f, t);
    for (int i = 0; i < TABLES; i++)
        bytes += t[i].n * (uint64_t)onnx_type_bytes(type_for(t[i].most));
    return bytes;
}

/* A table as int64, which a runtime computes when it loads the file. */
static OnnxValue table(const Walking *w, const Table *t)
{
    Buffer *b = &w->g->constants;
    int     type = type_for(t->most);
    size_t  at = onnx_tensor_begin(b, t->name, type, 1, (int[]){ (int)t->n });
    buffer_reserve(b, t->n * (uint64_t)onnx_type_bytes(type));
    for (size_t i = 0; i < t->n; i++)
        put(b, type, t->entry(w->f, i));
    proto_end(b, at);
    return onnx_cast(w->g, onnx_value(t->name), ONNX_INT64);
}

static void take_tables(Walking *w)
{
    Table     t[TABLES];
    OnnxValue v[TABLES];
    int64_t   before[SORTED_DEPTH];
    tables_of(w->f, t);
    for (int i = 0; i < TABLES; i++)
        v[i] = table(w, &t[i]);
    w->at = v[AT], w->row = v[ROW], w->first = v[FIRST], w->token = v[TOKEN], w->count = v[COUNT], w->text = v[TEXT];
    for (int d = 0; d < SORTED_DEPTH; d++)
        before[d] = -1;                     /* where the text begins */
    OnnxValue pad = onnx_integers(w->g, w->f->prior->discounts.order, before);
    if (w->f->prior->discounts.order)
        w->text = onnx_concat(w->g, pad, w->text, 0);
}

/* ---- the walk ---- */

static OnnxValue where(OnnxGraph *g, OnnxValue is, OnnxValue yes, OnnxValue no)
{
    return onnx_node(g, &(OnnxNode){ .op = "Where", .in = { is, yes, no } });
}

/* The whole text for every position, and probabilities of 1 / V. */
static void start(Walking *w, OnnxValue tokens)
{
    OnnxGraph *g = w->g;
    int        order = w->f->prior->discounts.order, V = w->f->prior->discounts.V;
    w->none = onnx_integer(g, 0), w->one = onnx_integer(g, 1);
    w->two = onnx_integer(g, 2), w->three = onnx_integer(g, 3);
    w->bounds = ONNX_LIST(g, 0, 1);
    OnnxValue before = ONNX_LIST(g, 0, order, 0, 0), no_token = onnx_integer(g, V);
    w->ids = onnx_node(g, &(OnnxNode){ .op = "Pad", .in = { tokens, before, no_token } });
    OnnxValue zero = onnx_two(g, "Mul", tokens, w->none);
    w->begin = onnx_two(g, "Unsqueeze", zero, ONNX_LIST(g, 2));
    w->end = onnx_two(g, "Add", w->begin, onnx_integer(g, (int64_t)w->f->prior->sorted.n));
    OnnxValue shape = onnx_one(g, "Shape", tokens);
    w->zeros = onnx_one(g, "ConstantOfShape", onnx_concat(g, shape, ONNX_LIST(g, V + 1), 0));
    w->p = onnx_two(g, "Add", w->zeros, onnx_number(g, 1 / (float)V));
}

/* The token of the text d before the sorted position; d = 0: that at the position itself. */
static OnnxValue read_text(const Walking *w, OnnxValue position, int d)
{
    OnnxValue at = onnx_two(w->g, "Gather", w->at, position);
    OnnxValue shift = onnx_integer(w->g, w->f->prior->discounts.order - d);
    return onnx_two(w->g, "Gather", w->text, onnx_two(w->g, "Add", at, shift));
}

/* One round of the two binary searches for the keys (B,T,2): low and high close in on the first position whose token d
 * before is at least the key. Once they meet they stay. */
static void search_round(const Walking *w, OnnxValue key, int d, OnnxValue *low, OnnxValue *high)
{
    OnnxGraph *g = w->g;
    OnnxValue  middle = onnx_two(g, "Div", onnx_two(g, "Add", *low, *high), w->two);
    OnnxValue  open = onnx_two(g, "Less", *low, *high);
    OnnxValue  less = onnx_two(g, "Less", read_text(w, middle, d), key);
    OnnxValue  up = onnx_two(g, "And", open, less);
    *low = where(g, up, onnx_two(g, "Add", middle, w->one), *low);
    *high = where(g, up, *high, middle);
}

static int bits(uint32_t x)
{
    int n = 0;
    for (; x; x >>= 1)
        n++;
    return n;
}

/* To the context of d tokens. A range that is empty stays so. */
static void narrow(Walking *w, int d)
{
    OnnxGraph *g = w->g;
    int        order = w->f->prior->discounts.order;
    OnnxValue  token = onnx_slice(g, w->ids, order + 1 - d, d > 1 ? 1 - d : ONNX_END, 1);
    OnnxValue  key = onnx_two(g, "Add", onnx_two(g, "Unsqueeze", token, ONNX_LIST(g, 2)), w->bounds);
    OnnxValue  low = w->begin, high = w->end;
    for (int rounds = bits(w->f->positions[d - 1]); rounds > 0; rounds--)
        search_round(w, key, d, &low, &high);
    w->begin = onnx_slice(g, low, 0, 1, 2);
    w->end = onnx_slice(g, low, 1, 2, 2);
}

/* ---- a context's followers ---- */

/* The row (B,T,1) of each position's context; `missing` (B,T,1) is true where it does not occur. */
static OnnxValue row_of(const Walking *w, int d, OnnxValue *missing)
{
    OnnxGraph *g = w->g;
    OnnxValue  size = onnx_two(g, "Sub", w->end, w->begin);
    OnnxValue  first = onnx_integer(g, FLAT_ONCE), depth = onnx_integer(g, d);
    OnnxValue  once = onnx_two(g, "Add", read_text(w, w->begin, 0), first);
    OnnxValue  often = onnx_two(g, "Add", onnx_two(g, "Gather", w->row, w->begin), depth);
    *missing = onnx_two(g, "Less", size, w->one);
    OnnxValue there = where(g, onnx_two(g, "Less", size, w->two), once, often);
    return where(g, *missing, onnx_integer(g, FLAT_NONE), there);
}

/* The followers of a row: tokens and counts (B,T,W). Where it has fewer than W, token V with a count of 0. */
static void followers(const Walking *w, int d, OnnxValue row, OnnxValue *token, OnnxValue *count)
{
    OnnxGraph *g = w->g;
    OnnxValue  from = onnx_two(g, "Gather", w->first, row);
    OnnxValue  to = onnx_two(g, "Gather", w->first, onnx_two(g, "Add", row, w->one));
    OnnxValue  width = onnx_integer(g, w->f->width[d]);
    OnnxValue  columns = onnx_node(g, &(OnnxNode){ .op = "Range", .in = { w->none, width, w->one } });
    OnnxValue  place = onnx_two(g, "Add", from, columns), has = onnx_two(g, "Less", place, to);
    OnnxValue  safe = where(g, has, place, from), no_token = onnx_integer(g, w->f->prior->discounts.V);
    *token = where(g, has, onnx_two(g, "Gather", w->token, safe), no_token);
    *count = where(g, has, onnx_two(g, "Gather", w->count, safe), w->none);
}

static OnnxValue sum_of(OnnxGraph *g, OnnxValue x)
{
    return onnx_node(g, &(OnnxNode){ .op = "ReduceSum", .in = { x, ONNX_LIST(g, 2) },
                                     .attribute = { ONNX_INT("keepdims", 1) } });
}

/* D_k of each count: 0, and those of 1, 2 and more. */
static OnnxValue discounts(const Walking *w, int d, OnnxValue count)
{
    OnnxGraph    *g = w->g;
    const double *of = w->f->prior->discounts.of[d];
    OnnxValue     kinds = onnx_numbers(g, 4, (float[]){ 0, (float)of[0], (float)of[1], (float)of[2] });
    OnnxValue     kind = where(g, onnx_two(g, "Less", count, w->three), count, w->three);
    return onnx_two(g, "Gather", kinds, kind);
}

/* p_k(x) = (n - D_k(n)) / total + share p_{k-1}(x), share = the sum of D_k / total: 0 + 1 p_{k-1} where the context is
 * missing. */
static void step(Walking *w, int d)
{
    OnnxGraph *g = w->g;
    OnnxValue  missing, token, count, one = onnx_number(g, 1);
    OnnxValue  row = row_of(w, d, &missing);
    followers(w, d, row, &token, &count);
    OnnxValue lost = discounts(w, d, count), n = onnx_cast(g, count, ONNX_FLOAT);
    OnnxValue total = where(g, missing, one, sum_of(g, n));
    OnnxValue share = onnx_two(g, "Div", where(g, missing, one, sum_of(g, lost)), total);
    OnnxValue kept = onnx_two(g, "Div", onnx_two(g, "Sub", n, lost), total);
    OnnxValue own = onnx_node(g, &(OnnxNode){ .op = "ScatterElements", .in = { w->zeros, token, kept },
                                              .attribute = { ONNX_INT("axis", 2) } });
    w->p = onnx_two(g, "Add", own, onnx_two(g, "Mul", w->p, share));
}

/* y + g_k log p, where p is the k-th distribution. */
static OnnxValue add_log(const Walking *w, OnnxValue y, OnnxValue gains, int k)
{
    OnnxGraph *g = w->g;
    OnnxValue  log_p = onnx_one(g, "Log", onnx_slice(g, w->p, 0, w->f->prior->discounts.V, 2));
    return onnx_two(g, "Add", y, onnx_two(g, "Mul", log_p, onnx_slice(g, gains, k, k + 1, 2)));
}

OnnxValue onnx_counts(OnnxGraph *g, const FlatCounts *f, OnnxValue logits, OnnxValue h, OnnxValue gain, OnnxValue bias)
{
    Walking   w = { .g = g, .f = f };
    OnnxValue gains = onnx_linear(g, h, gain, &bias);
    gains = onnx_two(g, "Mul", gains, onnx_number(g, (float)COUNTS_SCALE));
    take_tables(&w);
    start(&w, onnx_value(ONNX_TOKENS));
    for (int d = 0, k = 0; d <= f->prior->discounts.order; d++) {
        if (d > 0)
            narrow(&w, d);
        step(&w, d);
        for (; k < PRIOR_CONTEXTS && prior_context(f->prior, k) == d; k++)
            logits = add_log(&w, logits, gains, k);
    }
    return logits;
}
