#include "files/arch.h"
#include "check_main.h"
#include "model/recipe.h"
#include <stdio.h>
#include <string.h>

static bool opens(const Config *c, bool named)
{
    return arch_opens(TARGET_LLAMA, c) == named && arch_opens(TARGET_HF, c) == named && arch_opens(TARGET_ONNX, c);
}

START_TEST(recipes_and_programs)
{
    ck_assert(opens(&recipes[RECIPE_GPT2].shape, true) && opens(&recipes[RECIPE_PORTABLE].shape, true));
    ck_assert(opens(&recipes[RECIPE_FAST].shape, false));
    ck_assert_int_eq(arch_nearest(TARGET_LLAMA, &recipes[RECIPE_GPT2].shape), ARCH_GPT2);
    ck_assert_int_eq(arch_nearest(TARGET_HF, &recipes[RECIPE_PORTABLE].shape), ARCH_APERTUS);
    ck_assert_int_eq(arch_nearest(TARGET_HF, &recipes[RECIPE_FAST].shape), ARCH_APERTUS);
    ck_assert_int_eq(arch_nearest(TARGET_ONNX, &recipes[RECIPE_FAST].shape), ARCH_GRAPH);
}
END_TEST

/* Every other value of every setting of the architecture keeps a model out, but for those that a file can express. */
START_TEST(each_setting_counts)
{
    const Recipe *r = &recipes[_i ? RECIPE_PORTABLE : RECIPE_GPT2];
    for (int id = 0; id < SETTINGS; id++) {
        const Setting *s = &setting_table[id];
        for (int x = (int)s->low; s->shape && s->group == GROUP_RECIPE && x <= 2; x++) {
            Config c = r->shape;
            bool   same = setting_value(s, &c, NULL) == x;
            bool   free = id == (_i ? SETTING_embed_norm : SETTING_bias) || !setting_matters(s, &c, NULL);
            if (x > s->high)
                continue;
            setting_assign(s, x, &c, NULL);
            int ids[SETTINGS], n = arch_departs(_i ? ARCH_APERTUS : ARCH_GPT2, &c, ids);
            ck_assert_msg(n == !(same || free) && (!n || ids[0] == id), "%s %d", s->key, x);
            ck_assert_int_eq(arch_departs(ARCH_GRAPH, &c, ids), 0);
        }
    }
}
END_TEST

static const struct { int id, x; const char *what; } differences[] = {
    { SETTING_positions, POSITIONS_LEARNED, "learned positions" },
    { SETTING_positions, POSITIONS_NONE, "no positions" },
    { SETTING_norm, NORM_LAYER, "LayerNorm" }, { SETTING_activation, ACTIVATION_GELU, "GELU" },
    { SETTING_qk_norm, false, "no QK norm" }, { SETTING_qk_gain, QK_GAIN_HEAD, "a gain per head" },
    { SETTING_value_mix, true, "value residual" }, { SETTING_char_mix, 4, "convolution over 4 positions" },
    { SETTING_soft_cap, 30, "logits capped at 30" }, { SETTING_bias, true, "biases" },
    { SETTING_counts, true, "n-gram counts at the output" },
};

enum { DIFFERENCES = sizeof differences / sizeof *differences };

/* The difference is named, and only that. */
START_TEST(differences_are_named)
{
    Config c = recipes[RECIPE_PORTABLE].shape;
    Err    err = { 0 };
    char   want[120];
    ck_assert(arch_check(TARGET_LLAMA, &c, &err) && !err_any(&err));
    setting_assign(&setting_table[differences[_i].id], differences[_i].x, &c, NULL);
    ck_assert(!arch_check(TARGET_LLAMA, &c, &err));
    snprintf(want, sizeof want, "it differs from Apertus, the nearest, by %s", differences[_i].what);
    ck_assert_msg(strstr(err.msg, want) && strstr(err.msg, want)[strlen(want)] == '\0', "%s", err.msg);
}
END_TEST

CHECK_MAIN("arch", TEST(recipes_and_programs), LOOP(each_setting_counts, 0, 2),
           LOOP(differences_are_named, 0, DIFFERENCES))
