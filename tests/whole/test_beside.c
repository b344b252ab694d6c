/* A program with names of its own that the sources of the library also use, and with both precisions in it. If the
 * library defined one of these names, it would not link, or the library would call the program's functions. */
int    add(int a, int b), sum(const int *x, int n), scale(int a), matmul(int n);
double linear(double x), gelu(double x), dropout(double p);
extern int kernel, pool_threads, arena_take, err_set;

#include <heed.h>
#include <math.h>
#include <stdio.h>

typedef struct Tape { int add, sum; } Tape;
typedef float real;
enum { MAX_RANK = 77, RNG_INIT = 78 };

int    kernel = 1, pool_threads = 2, arena_take = 3, err_set = 4;
int    add(int a, int b) { return a + b; }
int    sum(const int *x, int n) { return n > 0 ? add(*x, sum(x + 1, n - 1)) : 0; }
int    scale(int a) { return 7 * a; }
int    matmul(int n) { return -n; }
double linear(double x) { return x; }
double gelu(double x) { return -x; }
double dropout(double p) { return p; }

static int number;

static void result(const char *what, int holds) { printf("%sok %d - %s\n", holds ? "" : "not ", ++number, what); }

/* The gradient at x of the sum of a gelu(x) + x, with respect to x, in each precision. */
#define GRADIENT(type, name)                                                                                           \
    static double gradient_##name(type at, type a)                                                                    \
    {                                                                                                                  \
        HeedErr         err = { 0 };                                                                                   \
        HeedArena       nodes = { 0 }, mem = { 0 };                                                                    \
        HeedTape_##name t = { .nodes = &nodes, .mem = &mem, .err = &err, .keep = true };                               \
        double          d = NAN;                                                                                       \
        if (heed_arena_init(&nodes, 1 << 16, &err) && heed_arena_init(&mem, 1 << 16, &err)) {                          \
            HeedTensor_##name *x = heed_tape_leaf_##name(&t, 1, (int[]){ 3 });                                         \
            for (int i = 0; x && i < 3; i++)                                                                           \
                x->val[i] = at;                                                                                        \
            HeedTensor_##name *y = heed_add_##name(&t, heed_scale_##name(&t, heed_gelu_##name(&t, x), a), x);          \
            if (heed_tape_backward_##name(&t, heed_sum_##name(&t, y)))                                                 \
                d = (double)x->grad[2];                                                                                \
        }                                                                                                              \
        heed_arena_free(&nodes), heed_arena_free(&mem);                                                                \
        return d;                                                                                                      \
    }
GRADIENT(float, f32)
GRADIENT(double, f64)

/* a gelu'(x) + 1, by the formula in kernel.h */
static double formula(double x, double a)
{
    double u = 2 * sqrt(2 / acos(-1.0)) * (x + 0.044715 * x * x * x), s = 1 / (1 + exp(-u));
    double du = 2 * sqrt(2 / acos(-1.0)) * (1 + 3 * 0.044715 * x * x);
    return a * (s + x * s * (1 - s) * du) + 1;
}

int main(void)
{
    static const int numbers[] = { 1, 2, 3, 4 };
    double           d32 = gradient_f32(0.7F, 3), d64 = gradient_f64(0.7, 3), d = formula(0.7, 3);
    puts("1..6");
    result("the program's functions are its own", sum(numbers, 4) == 10 && scale(3) == 21 && matmul(5) == -5 &&
                                                      linear(0.5) + gelu(2) + dropout(1) == -0.5);
    result("so are its variables", kernel == 1 && pool_threads == 2 && arena_take == 3 && err_set == 4);
    result("so are its types and constants", sizeof(Tape) == 2 * sizeof(int) && sizeof(real) == sizeof(float) &&
                                                 MAX_RANK == 77 && RNG_INIT == 78 && HEED_MAX_RANK == 4);
    result("a gradient in float", fabs(d32 - d) < 1e-5);
    result("the same in double", fabs(d64 - d) < 1e-14);
    result("which is more exact", fabs(d64 - d) < fabs(d32 - d));
    return 0;
}
