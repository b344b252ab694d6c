#include "files/onnx/run.h"
#include "base/bytes.h"
#include <check.h>
#include <stdlib.h>

/* One field of a message: its number, and its integer or its bytes. */
typedef struct Field {
    int         number;
    uint64_t    x;
    const char *p;
    size_t      n;
} Field;

typedef struct Message {
    const char *at, *end;
} Message;

bool run_text_is(RunText a, const char *s) { return a.n == strlen(s) && memcmp(a.s, s, a.n) == 0; }

static uint64_t varint(Message *m)
{
    uint64_t x = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        ck_assert(m->at < m->end);
        uint64_t c = (unsigned char)*m->at++;
        x |= (c & 127) << shift;
        if (c < 128)
            return x;
    }
    ck_abort_msg("a varint of more than 64 bits");
}

static const char *bytes(Message *m, uint64_t n)
{
    ck_assert(n <= (uint64_t)(m->end - m->at));
    m->at += n;
    return m->at - n;
}

static bool next(Message *m, Field *f)
{
    if (m->at == m->end)
        return 0;
    uint64_t key = varint(m);
    *f = (Field){ .number = (int)(key >> 3) };
    switch (key & 7) {
    case 0: f->x = varint(m); return 1;
    case 2: f->n = (size_t)varint(m); f->p = bytes(m, f->n); return 1;
    case 5: f->p = bytes(m, 4); return 1;
    default: ck_abort_msg("wire type %d", (int)(key & 7));
    }
}

static Message within(const Field *f) { return (Message){ f->p, f->p + f->n }; }
static RunText text(const Field *f) { return (RunText){ f->p, f->n }; }

int run_type_bytes(int type)
{
    return type == 1 || type == 6 ? 4 : type == 2 ? 1 : type == 4 ? 2 : type == 7 ? 8 : 0;
}

static double number(const char *p, int type)
{
    switch (type) {
    case 1: return load_f32(p);
    case 2: return (unsigned char)*p;
    case 4: return load_u16(p);
    case 6: return (double)(int32_t)load_u32(p);
    default: return (double)(int64_t)load_u64(p);
    }
}

/* TensorProto: 1 dims, 2 data_type, 8 name, 9 raw_data */
static void read_tensor(RunModel *model, const Field *tensor)
{
    Message   m = within(tensor);
    Field     f;
    RunText   raw = { NULL, 0 };
    RunArray *a = &model->values[model->n_values++];
    ck_assert_int_lt(model->n_values, RUN_VALUES);
    *a = (RunArray){ .len = 1 };
    while (next(&m, &f)) {
        ck_assert(f.number == 1 || f.number == 2 || f.number == 8 || f.number == 9);
        if (f.number == 1)
            a->len *= a->dim[a->rank++] = (int64_t)f.x;
        if (f.number == 2)
            a->type = (int)f.x;
        if (f.number == 8)
            a->name = text(&f);
        if (f.number == 9)
            raw = text(&f);
    }
    int size = run_type_bytes(a->type);
    ck_assert(a->rank <= RUN_RANK && size > 0);
    ck_assert_msg(raw.n == (size_t)a->len * (size_t)size, "%.*s", (int)a->name.n, a->name.s);
    a->x = malloc((size_t)a->len * sizeof *a->x + 1);
    for (int64_t i = 0; i < a->len; i++)
        a->x[i] = number(raw.s + size * i, a->type);
}

/* AttributeProto: 1 name, 2 f, 3 i, 8 ints, 20 type */
static RunAttribute read_attribute(const Field *attribute)
{
    Message      m = within(attribute);
    Field        f;
    RunAttribute a = { .n = 0 };
    uint64_t     type = 0, floats = 0;
    while (next(&m, &f)) {
        ck_assert(f.number == 1 || f.number == 2 || f.number == 3 || f.number == 8 || f.number == 20);
        if (f.number == 1)
            a.name = text(&f);
        if (f.number == 2)
            a.f = load_f32(f.p), floats++;
        if (f.number == 3 || f.number == 8)
            a.ints[a.n++] = (int64_t)f.x;
        if (f.number == 20)
            type = f.x;
    }
    ck_assert((type == 1 && floats == 1 && a.n == 0) || (type == 2 && a.n == 1) || (type == 7 && a.n > 0));
    return a;
}

/* NodeProto: 1 input, 2 output, 3 name, 4 op_type, 5 attribute */
static void read_node(RunModel *model, const Field *node)
{
    Message  m = within(node);
    Field    f;
    RunNode *n = &model->nodes[model->n_nodes++];
    ck_assert_int_lt(model->n_nodes, RUN_NODES);
    while (next(&m, &f)) {
        ck_assert(f.number >= 1 && f.number <= 5 && n->n_in <= RUN_INPUTS - (f.number == 1));
        if (f.number == 1)
            n->in[n->n_in++] = text(&f);
        if (f.number == 2)
            ck_assert(n->out.n == 0), n->out = text(&f);
        if (f.number == 4)
            n->op = text(&f);
        if (f.number == 5)
            n->attribute[n->n_attributes++] = read_attribute(&f);
    }
    ck_assert(n->op.n && n->out.n && n->n_attributes <= RUN_ATTRIBUTES);
}

/* The only field of that number in a message. */
static Field only(Message m, int number)
{
    Field f, found = { 0 };
    while (next(&m, &f))
        if (f.number == number)
            ck_assert(found.number == 0), found = f;
    ck_assert_int_eq(found.number, number);
    return found;
}

/* ValueInfoProto: 1 name, 2 type { 1 tensor { 1 element, 2 shape { 1 dim { 1 value or 2 name } } } } */
static void read_port(RunArray *a, const Field *port)
{
    Field name = only(within(port), 1), type = only(within(port), 2), tensor = only(within(&type), 1);
    Field element = only(within(&tensor), 1), shape = only(within(&tensor), 2), dim;
    ck_assert_int_eq(a->rank, 0);
    *a = (RunArray){ .name = text(&name), .type = (int)element.x };
    for (Message m = within(&shape); next(&m, &dim);) {
        Message size = within(&dim);
        Field   f;
        ck_assert(next(&size, &f) && size.at == size.end && a->rank < RUN_RANK);
        a->dim[a->rank++] = f.number == 1 ? (int64_t)f.x : -1;
    }
}

/* GraphProto: 1 node, 2 name, 5 initializer, 11 input, 12 output */
static void read_graph(RunModel *model, const Field *graph)
{
    Message m = within(graph);
    Field   f;
    while (next(&m, &f))
        switch (f.number) {
        case 1: read_node(model, &f); break;
        case 2: ck_assert_uint_gt(f.n, 0); break;
        case 5: read_tensor(model, &f); break;
        case 11: read_port(&model->ports[0], &f); break;
        case 12: read_port(&model->ports[1], &f); break;
        default: ck_abort_msg("field %d of the graph", f.number);
        }
    model->n_initializers = model->n_values;
}

/* StringStringEntryProto: 1 key, 2 value */
static void read_note(RunModel *model, const Field *entry)
{
    Field key = only(within(entry), 1), value = only(within(entry), 2);
    ck_assert_int_lt(model->n_notes, 8);
    model->notes[model->n_notes][0] = text(&key);
    model->notes[model->n_notes++][1] = text(&value);
}

/* ModelProto: 1 ir_version, 2 producer_name, 6 doc_string, 7 graph, 8 opset_import { 2 version }, 14 metadata_props */
void run_open(RunModel *m, const char *p, size_t n)
{
    Message message = { p, p + n };
    Field   f;
    *m = (RunModel){ 0 };
    while (next(&message, &f))
        switch (f.number) {
        case 1: m->ir = (int64_t)f.x; break;
        case 2: m->producer = text(&f); break;
        case 6: break;
        case 7: read_graph(m, &f); break;
        case 8: m->opset = (int64_t)only(within(&f), 2).x; break;
        case 14: read_note(m, &f); break;
        default: ck_abort_msg("field %d of the model", f.number);
        }
}
