#include "cli/sample/rows.h"
#include "base/human.h"
#include <string.h>

enum { SHOWN = 5, CHAR_COLUMNS = 6 };

static int columns(const char *s)
{
    int len, width = 0;
    for (size_t n = strlen(s); n > 0; n -= (size_t)len, s += len)
        width += text_width(text_decode(s, n, &len));
    return width;
}

static void padded(const char *s, int width)
{
    printf("%s%*s", s, width > columns(s) ? width - columns(s) : 0, "");
}

static int shown(const Sampler *s) { return s->V < SHOWN ? s->V : SHOWN; }

void sample_rows_head(void) { printf("char    prob  entropy  most probable\n"); }

void sample_rows_line(Sampler *s, const Vocab *v, int id, bool utf8)
{
    int best[SHOWN];
    sampler_best(s, shown(s), best);
    padded(human_char(v->chars[id], utf8).s, CHAR_COLUMNS);
    printf(" %5.1f%% %7.2f ", 100 * s->p[id], sampler_entropy(s));
    for (int i = 0; i < shown(s); i++) {
        printf(" ");
        padded(human_char(v->chars[best[i]], utf8).s, i + 1 < shown(s) ? 2 : 1);
        printf(i + 1 < shown(s) ? " %4.1f%% " : " %4.1f%%", 100 * s->p[best[i]]);
    }
    printf("\n");
}

static void character(Json *j, const Vocab *v, int id)
{
    char out[TEXT_ENCODED];
    if (v->chars[id] & TEXT_RAW)
        json_int(j, "byte", (int64_t)(v->chars[id] & 0xff));
    else
        json_bytes(j, "text", out, (size_t)vocab_decode(v, id, out));
}

void sample_rows_json(Json *j, Sampler *s, const Vocab *v, int id)
{
    int best[SHOWN];
    sampler_best(s, shown(s), best);
    json_object(j, NULL);
    character(j, v, id);
    json_number(j, "p", s->p[id], 6);
    json_number(j, "entropy", sampler_entropy(s), 6);
    json_array(j, "likeliest");
    for (int i = 0; i < shown(s); i++) {
        json_object(j, NULL);
        character(j, v, best[i]);
        json_number(j, "p", s->p[best[i]], 6);
        json_end(j);
    }
    json_end_array(j);
    json_end(j);
}
