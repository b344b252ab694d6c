/* The vectorized kernels. meson.build compiles this file once per instruction set (-DISA_NAME). Exports only the
 * table. */
#include "kernel/simd/burn.h"
#include "kernel/simd/elements.h"
#include "kernel/simd/product.h"
#include "kernel/simd/bf16_weights.h"
#include "kernel/simd/rows.h"
#include "kernel/simd/sums.h"

#if defined(ISA_avx512)
#define TABLE kernel_avx512
#define ISA   "avx512"
#elif defined(ISA_avx2)
#define TABLE kernel_avx2
#define ISA   "avx2"
#elif defined(ISA_neon)
#define TABLE kernel_neon
#define ISA   "neon"
#elif defined(ISA_wasm)
#define TABLE kernel_wasm
#define ISA   "wasm"
#endif

/* kernel_amx has the same functions as kernel_avx512; only its bfloat16 table differs (kernel/amx.h). */
#define TABLE_ROWS(isa)                 \
    .name             = (isa),          \
    .width            = WIDTH,          \
    .pack             = pack,           \
    .height           = ROWS,           \
    .slices           = slices,         \
    .product          = product,        \
    .rounded_width    = ROUNDED_WIDTH,  \
    .pack_rounded     = pack_rounded,   \
    .product_rounded  = product_rounded,\
    .sum              = sum,            \
    .dot              = dot,            \
    .max              = max,            \
    .add              = add,            \
    .axpy             = axpy,           \
    .scale            = scale,          \
    .exp_sum          = exp_sum,        \
    .softmax          = softmax,        \
    .softmax_back     = softmax_back,   \
    .gelu             = gelu,           \
    .gelu_back        = gelu_back,      \
    .relu2            = relu2,          \
    .relu2_back       = relu2_back,     \
    .norm             = norm,           \
    .norm_back        = norm_back,      \
    .norm_back_params = norm_back_params,\
    .add_rows         = add_rows,       \
    .weigh            = weigh,          \
    .rms_back         = rms_back,       \
    .rotate           = rotate,         \
    .mix              = mix,            \
    .mix_back         = mix_back,       \
    .dropout          = dropout,        \
    .adamw            = adamw,          \
    .burn             = burn,

extern const Kernels TABLE;

const Kernels TABLE = { TABLE_ROWS(ISA) };

#if defined(ISA_avx512) && !defined(HEED_DOUBLE)
extern const Kernels kernel_amx;

const Kernels kernel_amx = { TABLE_ROWS("amx") };
#endif
