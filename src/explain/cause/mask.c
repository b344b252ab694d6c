#include "explain/cause/mask.h"
#include "kernel/kernel.h"

/* a (i+1) = softmax of the scores of the keys that query i may attend to; 0 for the others. */
static void reweigh(const double *scores, const bool *hidden, int i, double *row, double *a)
{
    int n = 0;
    for (int k = 0; k <= i; k++)
        if (!hidden[k] || k == i)
            row[n++] = scores[k];
    kernel->softmax((size_t)n, row, row);
    n = 0;
    for (int k = 0; k <= i; k++)
        a[k] = hidden[k] && k < i ? 0 : row[n++];
}

/* Layer by layer, because each layer's scores depend on the masked layers below. Rows up to the first hidden key lose
 * nothing and keep their bits. */
void cause_hide(Explain *e, const bool *hidden, double *row)
{
    int first = 0;
    while (first < e->T && !hidden[first])
        first++;
    explain_replay_to(e->trace.layers[0].weights->prev, e->trace.layers[0].weights);
    for (int l = 0; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        for (int h = 0; h < e->H; h++)
            for (int i = first + 1; i < e->T; i++)
                reweigh(explain_row(y->scores, h, i), hidden, i, row, explain_row(y->weights, h, i));
        explain_replay_to(y->weights, l + 1 < e->L ? e->trace.layers[l + 1].weights : e->out.loss);
    }
}
