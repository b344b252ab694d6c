#ifndef EXPLAIN_KEYS_H
#define EXPLAIN_KEYS_H
#include "explain/pass.h"

/* Where the gradient of a score misleads: each key of a row is masked and the forward pass run again.
 *
 * Masking key j of a row sets its score to minus infinity, so the others share its weight:
 *     a'_j = 0      a'_k = a_k / (1 - a_j)
 *     o' - o = sum_k a'_k v_k - o = -a_j (v_j - o) / (1 - a_j)
 * With g = dL/do and ds_j = a_j g.(v_j - o), the loss changes, to first order in o, by
 *     g.(o' - o) = -ds_j / (1 - a_j)
 * So -ds_j, not |ds_j|, is what compares with the measured change, sign by sign: ds_j < 0 means that raising the score
 * lowers the loss, hence that masking the key raises it. Two things separate them: the factor 1 / (1 - a_j) of softmax,
 * and the curvature of the loss between o and o'. */

#define KEYS_LARGE    0.1                   /* nats: the least change of the loss that matters, 10 % of p      */
#define KEYS_LITTLE   0.1                   /* at most this fraction of a change is "nearly nothing" of it     */
#define KEYS_WEIGHT   0.05                  /* the least weight of a redundant key                             */
#define KEYS_ROUNDING 1e-12                 /* nats: smaller changes rank as 0                                 */

/* For key j with measured change m_j of the loss and prediction p_j = -ds_j / (1 - a_j):
 * misjudged:  |m_j| >= LARGE and |ds_j| <= LITTLE |m_j|, the effect is large and the gradient nearly nothing of it. It
 *             is too small by m_j / -ds_j = 1/(1 - a_j) * m_j/p_j, softmax's factor times that of the curvature. The
 *             flag names the larger one:
 *   saturated:  1/(1 - a_j) >= m_j/p_j > 0, softmax: the weight is at least 1 - sqrt(LITTLE) = 0.68
 *   curved:     otherwise. The loss is flat here and steep on the way to o', as where the answer is nearly certain.
 * redundant:  a_j >= WEIGHT, and with t the twin of j and m_jt the measured change with both masked,
 *               |m_jt - m_t| >= LARGE and |m_j| <= LITTLE |m_jt - m_t|
 *             Masking j does nearly nothing, until its twin is masked too: then nothing takes over for j.
 * The twin is the key that adds most along v_j to the output, argmax over t /= j of a_t v_t.v_j, if that is above 0. */
typedef enum ExplainKeyFlag { KEY_NO_FLAG, KEY_SATURATED, KEY_CURVED, KEY_REDUNDANT, KEY_FLAGS } ExplainKeyFlag;

/* "saturated", …; NULL for KEY_NO_FLAG. */
extern const char *const explain_key_flags[KEY_FLAGS];

/* Changes of the loss in nats. NaN if not tried (Explain.most), or if the row has no other key. */
typedef struct ExplainKeyMask {
    double         predicted;               /* p_j                                                             */
    double         masked;                  /* m_j                                                             */
    int            twin;                    /* t, with m_jt in joint; -1 and NaN unless both were masked       */
    double         joint;
    ExplainKeyFlag flag;
} ExplainKeyMask;

typedef struct ExplainKeys {
    ExplainRow      at;
    int             n, tried;               /* keys: row + 1; those masked                                     */
    ExplainKeyMask *keys;                   /* (n)                                                             */
    double          rank;                   /* Spearman correlation of -ds_j and m_j over the keys masked; NaN
                                               for fewer than two, or if either is the same for all            */
} ExplainKeys;

/* Masks the keys of that row one by one; in a large model those whose |o' - o| is largest. The array lives until
 * explain_close. False with e->err set. */
bool explain_keys(Explain *e, ExplainRow at, ExplainKeys *k);
#endif
