/* Logs of any program, intact and malformed: the rows that are read, and the notes on what was skipped. */
#include "plot/run.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static Run run;

static void take(const char *text, bool growing)
{
    Err err = { 0 };
    ck_assert_msg(run_read(&run, text, strlen(text), (RunNames){ 0 }, growing, &err), "%s", err.msg);
}

/* "step:train/val …"; '-': empty, '!': not finite. */
static const char *rows(void)
{
    static char text[1000];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < run.n; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%g:", i ? " " : "", run.column[RUN_STEP][i]);
        for (RunColumn c = RUN_TRAIN; c <= RUN_VAL; c++) {
            double x = run.column[c] ? run.column[c][i] : NAN;
            const char *end = c == RUN_TRAIN ? "/" : "";
            if (isfinite(x))
                at += (size_t)snprintf(text + at, sizeof text - at, "%g%s", x, end);
            else
                at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", isnan(x) ? "-" : "!", end);
        }
    }
    return text;
}

/* A table, its rows, and its notes, separated by '|'. */
static const struct { const char *text, *rows, *notes; } cases[] = {
    { "step,train_loss,val_loss\n1,4,\n2,3,3.5\n", "1:4/- 2:3/3.5", "" },
    { "Step;Train Loss;Val Loss\r\n1;4,5;\r\n2;3,25;3,5\r\n", "1:4.5/- 2:3.25/3.5", "" },
    { "iter\tloss\n0\t2\n10\t1\n", "0:2/- 10:1/-", "" },
    { "\xef\xbb\xbf# a comment\n\nepoch,loss,val_loss\n1,2,3\n\n2,1,2\n", "1:2/3 2:1/2", "" },
    { "\"Wall time\",\"Step\",\"Value\"\n1700000000.5,1,2\n1700000001.5,2,1\n", "1:2/- 2:1/-", "" },
    { "loss\n3\n2\n", "1:3/- 2:2/-", "no step column: rows are numbered from 1" },
    { "step,train/lm loss,valid/lm loss\n1,3,4\n", "1:3/4", "" },
    { "step,lr,loss\n1,x,3\n2,0.1,y\n", "1:3/- 2:-/-",
      "2 fields are not numeric, the first in line 2: treated as empty" },
    { "step,loss\n1,3\n2\n3,1,7\nx,2\n,2\n5,1\n", "1:3/- 5:1/-",
      "skipped 4 malformed lines, the first is line 3 (too few or too many fields, or no step)" },
    { "step,loss\n1,3\nnonsense\n", "1:3/-",
      "skipped 1 malformed line, the first is line 3 (too few or too many fields, or no step)" },
    { "step,loss\n1,3\n2,nan\n3,inf\n", "1:3/- 2:!/- 3:!/-", "2 training losses are not finite" },
    { "step,loss,val\n1,3,nan\n2,2,1\n", "1:3/- 2:2/1", "" },
    { "step,loss\n1,3\n2,2\n3,1\n2,2.5\n3,1.5\n", "1:3/- 2:2.5/- 3:1.5/-",
      "the step goes back in line 5, as after resuming: 1 earlier row is replaced|1 value is given twice for the same "
      "step: the last one counts" },
    { "step,loss\n1,3\n2,2\n3,1\n1.5,2.5\n", "1:3/- 1.5:2.5/-",
      "the step goes back in line 5, as after resuming: 2 earlier rows are replaced" },
    { "step,loss,val\n1,3,\n1,,4\n2,2,\n2,,3\n", "1:3/4 2:2/3", "" },
    { "step,loss\n1,3\n2,2", "1:3/- 2:2/-", "" },
    { "step,loss,val\n1,3,\n2,2", "1:3/-", "skipped the incomplete last line" },
    { "step,loss,val\n1,3,\n2,ab", "1:3/-", "skipped the incomplete last line" },
    { "step,loss\n1,3\n2,ab,4\n", "1:3/-",
      "skipped 1 malformed line, the first is line 3 (too few or too many fields, or no step)" },
    { "step,loss\n", "", "" },
    { "step,loss", "", "" },
};

START_TEST(tables_are_read)
{
    char notes[RUN_NOTES][RUN_NOTE], all[RUN_NOTES * RUN_NOTE + 1] = "";
    take(cases[_i].text, false);
    ck_assert_str_eq(rows(), cases[_i].rows);
    int n = run_notes(&run.faults, notes);
    for (int k = 0; k < n; k++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", k ? "|" : "", notes[k]);
    ck_assert_str_eq(all, cases[_i].notes);
    run_free(&run);
}
END_TEST

static const struct { const char *text, *step, *train, *said; } refused[] = {
    { "", NULL, NULL, "it is empty or has only comments" },
    { "\n\n# only comments\n", NULL, NULL, "it is empty or has only comments" },
    { "1,2,3\n2,3,4\n", NULL, NULL, "its first line holds numbers, not column names" },
    { "step,accuracy\n1,2\n", NULL, NULL, "no column is named like a loss" },
    { "step,accuracy\n1,2\n", NULL, NULL, "its columns are step, accuracy" },
    { "word,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n1\n", NULL, NULL, "(none), (none), …" },
    { "step,loss\n1,2\n", NULL, "nll", "no column \"nll\"; its columns are step, loss" },
    { "a,loss\n1,2\n", "loss", "loss", "is named twice, for different purposes" },
};

START_TEST(other_files_are_refused)
{
    Err err = { 0 };
    RunNames names = { refused[_i].step, refused[_i].train, NULL };
    ck_assert(!run_read(&run, refused[_i].text, strlen(refused[_i].text), names, false, &err));
    ck_assert_msg(strstr(err.msg, refused[_i].said) != NULL, "%s", err.msg);
}
END_TEST

START_TEST(columns_by_given_names)
{
    static const char text[] = "n,a,b,loss\n1,2,3,4\n2,1,2,3\n";
    Err err = { 0 };
    ck_assert(run_read(&run, text, sizeof text - 1, (RunNames){ "N", "b", "a" }, false, &err));
    ck_assert_str_eq(rows(), "1:3/2 2:2/1");
    run_free(&run);
}
END_TEST

/* Wall-clock times are shifted to 0, seconds are kept. */
START_TEST(wall_clock_starts_at_zero)
{
    take("step,wall_time,loss\n1,1700000000.5,3\n2,1700000002,2\n", false);
    ck_assert(run.column[RUN_SECONDS][0] == 0 && run.column[RUN_SECONDS][1] == 1.5);
    run_free(&run);
    take("step,seconds,loss\n1,7,3\n2,9,2\n", false);
    ck_assert(run.column[RUN_SECONDS][0] == 7 && run.column[RUN_SECONDS][1] == 9);
    run_free(&run);
}
END_TEST

START_TEST(a_log_of_train)
{
    static const char text[] =
        "step,epoch,tokens,seconds,lr,train_loss,val_loss,grad_norm,grad_embedding,grad_qkv,grad_attention_out,"
        "grad_mlp,grad_output,tokens_per_second\n"
        "7,0.2500,5376,1.500,1.000000e-03,2.500000,,1.25000e+00,5.00000e-01,2.50000e-01,1.00000e-07,"
        "1.00000e+10,7.50000e-01,12346\n";
    take(text, false);
    ck_assert(run.ours && run.n == 1);
    ck_assert_double_eq(run.column[RUN_TOKENS][0], 5376);
    ck_assert_double_eq(run.column[RUN_SECONDS][0], 1.5);
    ck_assert_double_eq(run.column[RUN_RATE][0], 1e-3);
    ck_assert_double_eq(run.column[RUN_NORM][0], 1.25);
    ck_assert_double_eq(run.column[RUN_GROUP + 2][0], 1e-7);
    ck_assert_str_eq(run.name[RUN_GROUP + 4], "grad_output");
    ck_assert(!run.column[RUN_GROUP + 5]);
    run_free(&run);
}
END_TEST

/* Wherever a growing log is cut, its complete lines are read. */
START_TEST(cut_anywhere)
{
    static const char text[] = "step,loss,val\n1,3.25,\n2,2.5,1.125\n3,2,\n";
    for (size_t n = 0; n < sizeof text; n++) {
        Err    err = { 0 };
        size_t ends = 0;
        bool   ok = run_read(&run, text, n, (RunNames){ 0 }, true, &err);
        for (size_t i = 0; i < n; i++)
            ends += text[i] == '\n';
        if (ends > 0) {                     /* a truncated header may name other columns */
            ck_assert_msg(ok, "%s", err.msg);
            ck_assert_uint_eq(run.n, ends - 1);
            ck_assert_int_eq(run.faults.half, text[n - 1] != '\n');
        }
        if (ok)
            run_free(&run);
    }
}
END_TEST

CHECK_MAIN("run", LOOP(tables_are_read, 0, sizeof cases / sizeof *cases),
           LOOP(other_files_are_refused, 0, sizeof refused / sizeof *refused), TEST(columns_by_given_names),
           TEST(wall_clock_starts_at_zero), TEST(a_log_of_train), TEST(cut_anywhere))
