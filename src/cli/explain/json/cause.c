#include "cli/explain/json/json.h"
#include "cli/explain/words.h"
#include <stdio.h>

enum { DIGITS = 12, SENTENCE = 2048 };

/* Positions and text of a span. */
static void span(Json *j, const Report *r, CauseSpan u)
{
    char   text[4096];
    size_t n = 0;
    json_int(j, "first", u.first);
    json_int(j, "last", u.last);
    for (int i = u.first; i <= u.last && n + TEXT_ENCODED <= sizeof text; i++)
        n += (size_t)text_encode(subject_at(r->s, i), text + n);
    json_bytes(j, "text", text, n);
}

static void unit(Json *j, const Report *r, const CauseUnit *u)
{
    double D = r->cause.now.odds;
    json_object(j, NULL);
    json_text(j, "kind", u->at.word ? "word" : "char");
    span(j, r, u->at);
    json_number(j, "deleted", u->deleted.odds - D, DIGITS);
    json_number(j, "replaced", u->replaced.odds - D, DIGITS);
    json_number(j, "replaced_low", u->low - D, DIGITS);
    json_number(j, "replaced_high", u->high - D, DIGITS);
    json_number(j, "masked", u->masked.odds - D, DIGITS);
    json_number(j, "integrated", u->integrated, DIGITS);
    json_int(j, "draws", u->draws);
    json_number(j, "deleted_p", u->deleted.p, DIGITS);
    json_number(j, "replaced_p", u->replaced.p, DIGITS);
    json_number(j, "masked_p", u->masked.p, DIGITS);
    json_end(j);
}

/* The units with one of two roles. */
static void found(Json *j, const Report *r, const char *key, CauseRole one, CauseRole two)
{
    json_array(j, key);
    for (int k = 0; k < r->cause.n_found; k++) {
        const CauseFound *f = &r->cause.found[k];
        if (f->role != (int)one && f->role != (int)two)
            continue;
        json_object(j, NULL);
        span(j, r, r->cause.units[f->unit].at);
        if (one != two) {
            json_text(j, "role", f->role == CAUSE_DECIDES ? "decides" : "supports");
            json_text(j, "favours", f->side > 0 ? "target" : "rival");
        }
        json_end(j);
    }
    json_end_array(j);
}

static void rival(Json *j, const Report *r)
{
    char text[TEXT_ENCODED];
    if (r->cause.rival < 0) {
        json_null(j, "rival");
        return;
    }
    uint32_t c = subject_char(r->s, r->cause.rival);
    json_object(j, "rival");
    json_int(j, "id", r->cause.rival);
    json_bytes(j, "text", text, (size_t)text_encode(c, text));
    json_text(j, "show", human_char(c, true).s);
    json_number(j, "p", r->cause.now.rival, DIGITS);
    json_end(j);
}

static void reader(Json *j, const CauseHead *x)
{
    if (!x->reads) {
        json_null(j, "head");
        return;
    }
    json_object(j, "head");
    json_int(j, "layer", x->at.layer);
    json_int(j, "head", x->at.head);
    json_int(j, "row", x->at.row);
    json_number(j, "change", x->change, DIGITS);
    json_end(j);
}

void explain_json_cause(Json *j, const Report *r)
{
    char words[SENTENCE];
    json_object(j, "cause");
    json_text(j, "sentence", words_cause(words, sizeof words, r->s, &r->cause, 0, true));
    rival(j, r);
    json_number(j, "log_odds", r->cause.now.odds, DIGITS);
    found(j, r, "named", CAUSE_DECIDES, CAUSE_SUPPORTS);
    found(j, r, "limits", CAUSE_LIMITS, CAUSE_LIMITS);
    found(j, r, "disputed", CAUSE_DISPUTED, CAUSE_DISPUTED);
    reader(j, &r->reader);
    json_int(j, "tried", r->cause.tried);
    json_int(j, "of", r->cause.n);
    json_array(j, "units");
    for (int k = 0; k < r->cause.n; k++)
        unit(j, r, &r->cause.units[k]);
    json_end_array(j);
    json_end(j);
}
