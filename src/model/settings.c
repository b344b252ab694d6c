#include "model/settings.h"
#include <stdio.h>
#include <string.h>

#define TYPE(type) \
    _Generic((type){ 0 }, int: TYPE_INT, long: TYPE_LONG, double: TYPE_REAL, bool: TYPE_SWITCH, uint64_t: TYPE_SEED)
#define NAMES(...) (const char *const[]){ __VA_ARGS__, NULL }

const Setting setting_table[SETTINGS] = {
#define SHAPE(type, key, line, always, low, high, gpt2, fast, portable, ...) \
    { #key, TYPE(type), true, offsetof(Config, key), low, high, __VA_ARGS__ },
#define TRAINING(type, key, line, always, low, high, gpt2, fast, portable, ...) \
    { #key, TYPE(type), false, offsetof(TrainSettings, key), low, high, __VA_ARGS__ },
#include "model/settings.def"
};

double setting_value(const Setting *s, const Config *c, const TrainSettings *t)
{
    const void *field = (const char *)(s->shape ? (const void *)c : t) + s->at;
    switch (s->type) {
    case TYPE_INT:    return *(const int *)field;
    case TYPE_LONG:   return (double)*(const long *)field;
    case TYPE_REAL:   return *(const double *)field;
    case TYPE_SWITCH: return *(const bool *)field;
    case TYPE_SEED:   break;
    }
    return (double)*(const uint64_t *)field;
}

void setting_assign(const Setting *s, double value, Config *c, TrainSettings *t)
{
    void *field = (char *)(s->shape ? (void *)c : t) + s->at;
    switch (s->type) {
    case TYPE_INT:    *(int *)field = (int)value; break;
    case TYPE_LONG:   *(long *)field = (long)value; break;
    case TYPE_REAL:   *(double *)field = value; break;
    case TYPE_SWITCH: *(bool *)field = value != 0; break;
    case TYPE_SEED:   *(uint64_t *)field = (uint64_t)value; break;
    }
}

bool setting_matters(const Setting *s, const Config *c, const TrainSettings *t)
{
    return !s->needs || (int)setting_value(&setting_table[s->needs], c, t) == s->needed;
}

const char *setting_text(const Setting *s, double value, char out[SETTING_TEXT])
{
    const char *word = s->names ? s->names[(int)value] : s->type == TYPE_SWITCH ? (value != 0 ? "on" : "off") : NULL;
    if (word)
        snprintf(out, SETTING_TEXT, "%s", word);
    else
        snprintf(out, SETTING_TEXT, "%.15g", value);
    return out;
}

const char *setting_phrase(const Setting *s, double value, char out[SETTING_PHRASE])
{
    out[0] = '\0';
    if (!s->shown || (!s->names && value == 0))
        return out;
    const char *phrase = s->shown[s->names ? (int)value : 0];
    int         before = (int)strcspn(phrase, "#%");
    if (phrase[before] == '#')
        snprintf(out, SETTING_PHRASE, "%.*s%g%s", before, phrase, value, phrase + before + 1);
    else if (phrase[before] == '%')
        snprintf(out, SETTING_PHRASE, "%.*s%g %s", before, phrase, 100 * value, phrase + before);
    else
        snprintf(out, SETTING_PHRASE, "%s", phrase);
    return out;
}
