#ifndef EXPLAIN_ROLES_H
#define EXPLAIN_ROLES_H
#include "explain/clues.h"
#include "explain/roles/places.h"
#include "model/gpt.h"

/* Heads by what they do, measured on a text: where each attends, beside chance, and what its ablation costs. For a
 * role with keys K(i) at query i, over all queries of all windows with K(i) not empty (n of them):
 *     share  = mean_i sum over j in K(i) of a_ij       chance = mean_i |K(i)| / (i + 1), uniform attention
 * The label of a head is the role with the largest share among those of at least ROLES_FACTOR times chance and at least
 * ROLES_LEAST; none otherwise. It says where a head looks, not what that is good for: the cost does. */
#define ROLES_FACTOR 3.0
#define ROLES_LEAST  0.2                    /* a fifth of the attention                                       */
#define ROLES_EXCESS 0.01                   /* nats: from here two heads are redundant, if it is also ...     */
#define ROLES_PART   0.1                    /* ... this part of what both cost                                */

enum { ROLES_WINDOW = 256, ROLES_WINDOWS = 8, ROLES_REPLAYS = 2, ROLES_SENTENCES = 32, ROLES_NONE = -1 };

typedef struct RolesHead {
    int    layer, head, label;              /* label: a Role, or ROLES_NONE                                   */
    double share[ROLES];                    /* NaN: no position has such a key                                */
    double cost;                            /* mean loss with the head ablated, minus without, in nats        */
} RolesHead;

/* Two heads with one label, ablated together. */
typedef struct RolesPair {
    int    a, b;                            /* indices of heads                                               */
    double both, excess;                    /* cost of both; that minus the sum of each                       */
    bool   redundant;                       /* the excess is ROLES_EXCESS and ROLES_PART at least: each stands
                                               in for the other, so that the costs alone understate both      */
} RolesPair;

typedef struct Roles {
    int        n, T;                        /* heads; characters a window                                     */
    int        windows, replays, sentences; /* how many of each were run                                      */
    bool       limited;                     /* fewer or shorter windows, because the model is large           */
    double     loss;                        /* mean over the windows, nats per character                      */
    double     chance[ROLES];               /* NaN as share                                                   */
    long       positions[ROLES];            /* queries with such a key                                        */
    RolesHead *heads;                       /* (n)                                                            */
    RolesPair *pairs;                       /* (n_pairs) largest excess first                                 */
    int        n_pairs, pairs_left;         /* pairs with one label that were not tried, the weakest          */
} Roles;

/* Measures all heads of g on n tokens ids, which must hold two characters at least; clues: NULL, or held-out sentences.
 * The windows are spread evenly over the text, and everything is a function of model and text. A large model gets
 * fewer windows or shorter ones, so that this takes seconds (r->limited). g keeps its weights. Call roles_free
 * in either case. False with *err set: the text is too short; out of memory. */
bool roles_measure(Roles *r, Gpt *g, const Vocab *v, const int *ids, size_t n, const Clues *clues, Err *err);
void roles_free(Roles *r);

/* The label for these shares and chances (ROLES). */
int roles_label(const double *share, const double *chance);
#endif
