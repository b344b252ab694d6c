#include "train/attention_log.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char attention_log_header[] = "step,loss,p,target,layer,head,key,token,weight,ds\n";

enum { LINE = 160 };

static size_t frame_lines(const AttentionLog *w)
{
    return (size_t)w->gpt->config.layers * (size_t)w->gpt->config.heads * (size_t)w->n;
}

/* Forward and backward of the prompt from composed ops, which leave weights and scores in memory. */
static Tensor *pass(AttentionLog *w, Err *err)
{
    w->nodes.used = w->nodes_mark;
    w->mem.used = 0;
    Tape     tape = { .nodes = &w->nodes, .mem = &w->mem, .err = err, .keep = true };
    GptTrace trace = { .layers = w->layers };
    GptPass  p = { .B = 1, .T = w->n, .ids = w->ids, .targets = w->targets, .trace = &trace };
    Tensor  *loss = gpt_forward(w->gpt, &tape, &p).loss;
    params_forget_gradients(&w->gpt->params);
    bool ok = loss && tape_backward(&tape, loss);
    params_forget_gradients(&w->gpt->params);
    return ok ? loss : NULL;
}

static bool take_tokens(AttentionLog *w, const int *ids, int count, Err *err)
{
    int most = w->gpt->config.context < ATTENTION_LOG_LONGEST ? w->gpt->config.context : ATTENTION_LOG_LONGEST;
    w->n = count - 1 < most ? count - 1 : most;
    w->ids = arena_new(&w->nodes, int, w->n + 1);
    w->targets = arena_new(&w->nodes, int, w->n);
    w->layers = arena_new(&w->nodes, GptBlockActs, w->gpt->config.layers);
    w->nodes_mark = w->nodes.used;
    if (!w->ids || !w->targets || !w->layers)
        return err_set(err, "out of memory: no room for an attention log");
    memcpy(w->ids, ids + count - 1 - w->n, (size_t)(w->n + 1) * sizeof *ids);
    for (int i = 0; i < w->n; i++)
        w->targets[i] = i + 1 < w->n ? -1 : w->ids[w->n];
    return true;
}

static bool dry_run(void *log, Err *err) { return pass(log, err) != NULL; }

static bool take_memory(AttentionLog *w, Err *err)
{
    w->lines = malloc(frame_lines(w) * LINE);
    return arena_fit(&w->mem, dry_run, w, err) && (w->lines || err_set(err, "out of memory: no room for a frame"));
}

bool attention_log_enough(int count, Err *err)
{
    return count > 1 || err_set(err, "two characters at least are needed: one to predict and one before it");
}

bool attention_log_open(AttentionLog *w, Gpt *g, const char *path, const int *ids, int count, long step, Err *err)
{
    size_t tokens = arena_bytes((ATTENTION_LOG_LONGEST + 1) * sizeof(int));
    *w = (AttentionLog){ .gpt = g, .log = { .fd = -1 } };
    return attention_log_enough(count, err) &&
           arena_init(&w->nodes, gpt_nodes_bytes(&g->config) + 2 * tokens, err) &&
           take_tokens(w, ids, count, err) && take_memory(w, err) &&
           log_open_columns(&w->log, path, attention_log_header, step, err);
}

bool attention_log_close(AttentionLog *w, Err *err)
{
    arena_free(&w->mem);
    arena_free(&w->nodes);
    free(w->lines);
    w->lines = NULL;
    return log_close(&w->log, err);
}

bool attention_log_due(double before, double after)
{
    const int last = ATTENTION_LOG_FRAMES - 1;
    return floor(last * sqrt(before)) < floor(last * sqrt(after < 1 ? after : 1));
}

/* The lines of one head: its last row. */
static size_t head_lines(const AttentionLog *w, long step, double loss, int layer, int head, char *out)
{
    size_t n = (size_t)w->n, row = ((size_t)head * n + n - 1) * n, at = 0;
    const Tensor *weights = w->layers[layer].weights, *scores = w->layers[layer].scores;
    for (size_t j = 0; j < n; j++)
        at += (size_t)snprintf(out + at, LINE, "%ld,%.6f,%.6e,%d,%d,%d,%zu,%d,%.6e,%.6e\n", step, loss,
                               exp(-loss), w->ids[n], layer, head, j, w->ids[j],
                               (double)weights->val[row + j], (double)scores->grad[row + j]);
    return at;
}

bool attention_log_frame(AttentionLog *w, long step, Err *err)
{
    const Tensor *loss = pass(w, err);
    size_t at = 0;
    if (!loss)
        return false;
    for (int l = 0; l < w->gpt->config.layers; l++)
        for (int h = 0; h < w->gpt->config.heads; h++)
            at += head_lines(w, step, (double)loss->val[0], l, h, w->lines + at);
    return log_append(&w->log, w->lines, at, err);
}

size_t attention_log_bytes(const AttentionLog *w) { return w->nodes.size + w->mem.size + frame_lines(w) * LINE; }
