#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H
#include "model/config.h"
#include "model/schedule.h"
#include <stddef.h>
#include <stdint.h>

/* The optimizer of the blocks' matrices (AdamW trains all else), and the initialization: GPT-2's, or zero-initialized
 * output projections (gpt_begin_small). */
typedef enum Optimizer { OPTIMIZER_ADAMW, OPTIMIZER_MUON, OPTIMIZERS } Optimizer;
typedef enum Beginning { BEGIN_GPT2, BEGIN_SMALL, BEGINNINGS } Beginning;

/* The inputs of matmuls, in linear layers and attention: float, or float rounded to bfloat16 (kernel/bf16.h). Sums,
 * weights and everything else are float in both. */
typedef enum Precision { PRECISION_FLOAT, PRECISION_BF16, PRECISIONS } Precision;

#define EXACT_MAX 9007199254740992.0        /* 2^53: a double holds every whole number up to here */

/* How a model is trained: a field for each TRAINING row of settings.def; train --resume takes them from the file.
 * optimizer, schedule, begin and precision are an Optimizer, a ScheduleKind, a Beginning, a Precision. Lengths are in
 * steps, patience in evaluations, budget in seconds; 0 is none. The random state is (seed, step). embed_rate 0, as in
 * old files, means 1. */
typedef struct TrainSettings {
#define SHAPE(type, key, ...)
#define TRAINING(type, key, ...) type key;
#include "model/settings.def"
} TrainSettings;

/* How far training has come. */
typedef struct TrainState {
    long   step, tokens;                    /* steps done, characters trained on                   */
    double seconds;                         /* saved only when budget > 0, otherwise read as 0     */
    double train_loss, val_loss;            /* the latest, nats per character; NaN: not measured   */
    double best_loss;                       /* lowest val_loss so far; infinity: none              */
    long   best_step, bad_evals;            /* its step; evaluations since without improvement     */
    long   eval_windows;                    /* validation windows of these losses, where           */
                                            /* eval_every has changed since; 0: what it allows     */
} TrainState;

/* The rows of settings.def in their order: indices into setting_table. */
enum {
#define SHAPE(type, key, ...) SETTING_##key,
#define TRAINING(type, key, ...) SETTING_##key,
#include "model/settings.def"
    SETTINGS
};

typedef enum SettingType { TYPE_INT, TYPE_LONG, TYPE_REAL, TYPE_SWITCH, TYPE_SEED } SettingType;

/* What a setting is about; GROUP_NONE is the vocabulary, which the text decides. */
typedef enum SettingGroup {
    GROUP_NONE, GROUP_SIZE, GROUP_RECIPE, GROUP_LENGTH, GROUP_OPTIMIZER, GROUP_EVALUATION, GROUP_TEXT, GROUP_SEED,
    GROUP_PRECISION, SETTING_GROUPS
} SettingGroup;

/* A row of settings.def. */
typedef struct Setting {
    const char  *key;                       /* in the header of a model file                       */
    SettingType  type;
    bool         shape;                     /* a field of Config, otherwise of TrainSettings       */
    size_t       at;                        /* its offset there                                    */
    double       low, high;                 /* the range of a file's value, both included          */

    /* Named in the rows; 0 or NULL when left out. */
    SettingGroup group;
    const char  *help;                      /* a phrase without a full stop                        */
    const char  *name;                      /* what people call it; NULL: the key                  */
    const char  *unit;                      /* "KIND", "TIME" for seconds; NULL: N or X by type    */
    const char *const *names;               /* of the values of an int, NULL at the end            */
    double       asked[2];                  /* a narrower range for new values                     */
    bool         above, below;              /* the range excludes its lower end, its upper end     */
    bool         changes;                   /* a resumed run may change it                         */
    bool         one_way;                   /* a switch that can only be turned on                 */
    const char  *usually;                   /* the default in words, where the recipes do not say  */
    int          needs, needed;             /* has an effect only while setting `needs` is `needed`; needs 0: always */
    const char *const *shown;               /* phrases for the start-up screen: of each named value, or one of a switch
                                               that is on or a number that is not 0, with # for the number or % for it
                                               in percent */
} Setting;

extern const Setting setting_table[SETTINGS];

/* The value of a setting as a number: a switch's is 0 or 1. Exact up to EXACT_MAX; only a seed can be larger. */
double setting_value(const Setting *s, const Config *c, const TrainSettings *t);
void setting_assign(const Setting *s, double value, Config *c, TrainSettings *t);

/* Does the setting have an effect, given the others? */
bool setting_matters(const Setting *s, const Config *c, const TrainSettings *t);

/* A value in words: "rotary", "on", "0.6". Into out, SETTING_TEXT bytes; returns out. */
enum { SETTING_TEXT = 32 };
const char *setting_text(const Setting *s, double value, char out[SETTING_TEXT]);

/* The value's phrase for the start-up screen, "dropout 0.1", into out, SETTING_PHRASE bytes; "" if the row has none. */
enum { SETTING_PHRASE = 80 };
const char *setting_phrase(const Setting *s, double value, char out[SETTING_PHRASE]);
#endif
