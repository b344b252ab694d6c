#include "cli/bench/work.h"
#include <string.h>

/* An exponential in float by kernel/exp.h: t, two for r, four steps of Horner, two more, and the scaling. */
enum { EXP = 10 };

/* Per element of the output; (f) forward, (b) backward. Formulas: engine/ops/NAME.c, kernel/kernel.h, kernel/exp.h. */
typedef struct Row {
    const char *op;
    double      f_multiplies, f_divisions, f_exps, b_multiplies, b_divisions, b_exps;
} Row;

static const Row rows[] = {
    /* (f) d = x - mean: d d, d r, times w.  (b) h = d r, g = dy w, g h, h mean(g h), times r; dy h for dw. */
    { "layer_norm", 3, 0, 0, 6, 0, 0 },
    /* (f) x2, three for v, x s.  (b) x2 and v again, two for du, three for d, dy d. */
    { "gelu", 5 + EXP, 1, 1, 10 + EXP, 1, 1 },
    { "relu2", 1, 0, 0, 1, 0, 0 },
    /* Two thirds are queries and keys. (f) x x, times r and gain.  (b) dy x, x mean, times r and gain. */
    { "qk_norm", 4 / 3.0, 0, 0, 2, 0, 0 },
    /* Of queries and keys: times cosine and sine. */
    { "rotary", 4 / 3.0, 0, 0, 4 / 3.0, 0, 0 },
    /* One third are values. (f) w_0 v, w_1 v_first.  (b) the same of dv, and a sum for dw of each. */
    { "value_mix", 2 / 3.0, 0, 0, 4 / 3.0, 0, 0 },
    /* (f) 2 x / cap, cap (1 - 2 / (1 + exp)).  (b) y / cap, (1 - t) (1 + t), times dy. */
    { "soft_cap", 2 + EXP, 1, 1, 3, 0, 0 },
    { "dropout", 1, 0, 0, 1, 0, 0 },
};

static Work scaled(double n, Work w)
{
    return (Work){ n * w.products, n * w.multiplies, n * w.divisions, n * w.roots, n * w.exps };
}

/* m x n results of k products; backward has two such products, dx = dy w and dw = dy^T x. */
static Work linear_work(const Tensor *y, bool backward)
{
    double m = (double)tensor_rows(y), n = y->in[1]->dim[0], k = y->in[1]->dim[1];
    return (Work){ .products = (backward ? 2 : 1) * m * n * k };
}

/* Per query and key that it may see: q k and a v in D products each, s / sqrt(D), the exponential, times 1 / sum.
 * Backward computes the weights again (D), then da, dv, dq and dk (4 D), da a, a / sqrt(D), times da - mean. */
static Work attention_work(const Tensor *y, bool backward)
{
    double B = y->dim[0], T = y->dim[1], C = y->dim[2], H = y->arg.attention.heads;
    Work   pair = { .products = (backward ? 5 : 2) * C / H, .multiplies = 2 + EXP + (backward ? 3 : 0), .exps = 1 };
    return scaled(B * H * T * (T + 1) / 2, pair);
}

/* Per logit: the exponential; backward times 1 / sum and times dy / count. */
static Work cross_entropy_work(const Tensor *y, bool backward)
{
    return scaled((double)tensor_len(y->in[0]), (Work){ .multiplies = EXP + (backward ? 2 : 0), .exps = 1 });
}

/* (f) x x, x r, times w.  (b) g = dy w, g x, x mean, times r; h = x r and dy h for dw. */
static Work rms_norm_work(const Tensor *y, bool backward)
{
    bool weighted = y->in[1];
    return scaled((double)tensor_len(y), (Work){ .multiplies = backward ? 3 + 3 * weighted : 2 + weighted });
}

/* Per element and tap; backward for dx and for dw. */
static Work char_mix_work(const Tensor *y, bool backward)
{
    return scaled((double)tensor_len(y), (Work){ .multiplies = (backward ? 2 : 1) * y->in[1]->dim[0] });
}

Work work_of_op(const Tensor *y, bool backward)
{
    static const struct {
        const char *op;
        Work      (*work)(const Tensor *y, bool backward);
    } special[] = { { "linear", linear_work }, { "attention", attention_work },
                    { "cross_entropy", cross_entropy_work }, { "char_mix", char_mix_work },
                    { "rms_norm", rms_norm_work } };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcmp(special[i].op, y->op->name) == 0)
            return special[i].work(y, backward);
    for (const Row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)
        if (strcmp(r->op, y->op->name) == 0)
            return scaled((double)tensor_len(y), backward ?
                (Work){ .multiplies = r->b_multiplies, .divisions = r->b_divisions, .exps = r->b_exps } :
                (Work){ .multiplies = r->f_multiplies, .divisions = r->f_divisions, .exps = r->f_exps });
    return (Work){ 0 };                     /* add, embedding: only memory */
}

/* engine/orthogonal.h, of a matrix with sides n <= m: A = u u^T, its square, four symmetric products for each further
 * iteration, and Q u at the end. Of a symmetric product half is computed. */
static double orthogonal_products(double height, double width)
{
    enum { ITERATIONS = 4 };                /* train/trainer.c */
    double n = height < width ? height : width, m = height + width - n;
    return n * n * m / 2 + n * n * n / 2 * (1 + 4 * (ITERATIONS - 1)) + n * n * m;
}

/* Per number, both: the square for the norm, times the clipping. Muon: m, u, decay. AdamW: m, three for v, decay,
 * rate m, and sqrt(v) root + eps. */
Work work_of_update(const Param *x)
{
    double n = (double)x->len, parts = x->parts;
    if (x->rule == RULE_MUON)
        return (Work){ .products = parts * orthogonal_products(x->dim[0] / parts, x->dim[1]), .multiplies = 5 * n };
    return (Work){ .multiplies = 9 * n, .divisions = n, .roots = n };
}

void work_add(Work *sum, Work w)
{
    sum->products += w.products;
    sum->multiplies += w.multiplies;
    sum->divisions += w.divisions;
    sum->roots += w.roots;
    sum->exps += w.exps;
}
