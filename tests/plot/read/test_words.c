/* Names as words, and what they say about a column. */
#include "plot/read/names.h"
#include "check_main.h"
#include <stdio.h>
#include <string.h>

static const struct { const char *name, *words; } names[] = {
    { "train_loss", "train loss" }, { "eval/loss", "eval loss" }, { "validation.loss", "validation loss" },
    { "valLoss", "val loss" }, { "NLLLoss", "nll loss" }, { "LR", "lr" }, { "trainloss", "train loss" },
    { "gloss", "gloss" }, { "Wall time", "wall time" }, { "_step", "step" }, { "", "" }, { "--", "" },
    { "valiant-sun-3 - train/loss", "train loss" }, { "train - loss", "train loss" }, { "a - b - c", "c" },
    { "perte \xc3\xa9t\xc3\xa9", "perte \xc3\xa9t\xc3\xa9" },
    { "a b c d e f g h i j k l m n o p q r", "c d e f g h i j k l m n o p q r" },
    { "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrs" },
};

START_TEST(names_are_split)
{
    Words w;
    char  text[400] = "";
    words_of(&w, names[_i].name, strlen(names[_i].name));
    for (int i = 0; i < w.n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", w.s[i]);
    ck_assert_str_eq(text, names[_i].words);
}
END_TEST

/* What a name is: 't' a training, 'v' a validation loss, 's' a step, 'e' an epoch, 'r' a rate, 'n' a norm, 'k' tokens.
 * */
static const struct { const char *name, *is; } known[] = {
    { "loss", "t" }, { "train loss", "t" }, { "Training.Loss", "t" }, { "lm loss", "t" }, { "nll", "t" },
    { "cross_entropy", "t" }, { "train/loss_epoch", "t" }, { "train", "t" }, { "loss/total", "t" },
    { "val_loss", "v" }, { "valid loss", "v" }, { "eval/loss", "v" }, { "loss.dev", "v" }, { "test_loss", "v" },
    { "validation", "v" }, { "val/train_loss", "t" }, { "train/val_loss", "v" }, { "valiant loss", "t" },
    { "evaluator_loss", "t" }, { "contest_loss", "t" }, { "latest_loss", "t" }, { "invalid_loss", "t" },
    { "loss_scale", "" }, { "val_loss_min", "" }, { "best_loss", "" }, { "loss_weight", "" }, { "lossless", "" },
    { "glossary", "" }, { "val_accuracy", "" }, { "loss_fn", "" }, { "grad_loss_norm", "" }, { "colossal", "" },
    { "step", "s" }, { "Global Step", "s" }, { "trainer/global_step", "s" }, { "iter_num", "s" }, { "batch", "s" },
    { "max_steps", "" }, { "ms_per_step", "" }, { "step_time", "" }, { "train_loss_step", "t" }, { "stepwise", "" },
    { "epoch", "se" }, { "train/epoch", "se" }, { "epoch_time", "" },
    { "lr", "r" }, { "learning_rate", "r" }, { "train/lr", "r" }, { "lr-AdamW", "r" }, { "lr_decay", "" },
      { "color", "" },
    { "grad_norm", "n" }, { "train/grad norm", "n" }, { "norm", "n" }, { "weight_norm", "" },
    { "tokens", "k" }, { "num_input_tokens_seen", "k" }, { "tokens_per_second", "" },
};

START_TEST(columns_are_recognized)
{
    static const struct { RunColumn c; char letter; } kinds[] = { { RUN_TRAIN, 't' }, { RUN_VAL, 'v' }, { RUN_STEP,
        's' },
        { RUN_EPOCH, 'e' }, { RUN_RATE, 'r' }, { RUN_NORM, 'n' }, { RUN_TOKENS, 'k' } };
    char   is[16] = "";
    size_t n = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (name_rank(kinds[k].c, known[_i].name) > 0)
            is[n++] = kinds[k].letter;
    ck_assert_msg(strcmp(is, known[_i].is) == 0, "%s: %s", known[_i].name, is);
}
END_TEST

CHECK_MAIN("words", LOOP(names_are_split, 0, sizeof names / sizeof *names),
           LOOP(columns_are_recognized, 0, sizeof known / sizeof *known))
