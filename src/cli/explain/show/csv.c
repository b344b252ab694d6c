#include "cli/explain/show/show.h"
#include "base/human.h"
#include "explain/keys/keys.h"

/* A quoted field, quotes inside doubled (RFC 4180). */
static void quoted(FILE *out, const char *s)
{
    putc('"', out);
    for (; *s; s++)
        fprintf(out, *s == '"' ? "\"\"" : "%c", *s);
    putc('"', out);
}

bool show_csv(FILE *out, Subject *s)
{
    ExplainTrace x;
    ExplainKeys  y;
    if (!explain_trace(&s->e, s->at, &x) || !explain_keys(&s->e, s->at, &y))
        return false;
    fprintf(out, "layer,head,row,key,character,score,weight,da,da_minus_mean,ds,finite_difference,error,"
                 "weighted_value,masked,flag\n");
    for (int j = 0; j < x.n; j++) {
        const ExplainKey *k = &x.keys[j];
        const char *flag = explain_key_flags[y.keys[j].flag];
        fprintf(out, "%d,%d,%d,%d,", s->at.layer, s->at.head, s->at.row, j);
        quoted(out, human_char(subject_at(s, j), true).s);
        fprintf(out, ",%.12g,%.12g,%.12g,%.12g,%.12g,%.12g,%.3g,%.12g,%.12g,%s\n", k->s, k->a, k->da, k->rel, k->ds,
                k->fd, k->error, k->av, y.keys[j].masked, flag ? flag : "");
    }
    return true;
}
