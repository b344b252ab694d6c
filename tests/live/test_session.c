/* Texts, models and prompts as people bring them: a session, or a sentence. */
#include "live/live_case.h"
#include "live/sample.h"
#include "model/recipe.h"

static LiveSession s;
static Err err;

static bool begin(const char *text, size_t n)
{
    double given[SETTINGS];
    live_given(given);
    err = (Err){ 0 };
    return live_session_begin(&s, scratch_file("other", text, n), given, RECIPE_FAST, &err);
}

START_TEST(texts_that_are_too_short_are_refused)
{
    ck_assert(!begin("", 0) && strstr(err.msg, "empty"));
    ck_assert(!begin("a", 1) && strstr(err.msg, "the text has 1 character: at least 3"));
    ck_assert(!begin("ab", 2) && strstr(err.msg, "2 characters"));
    ck_assert(!s.run[0] && s.corpus.n == 0);
    ck_assert_msg(begin("abc", 3), "%s", err.msg);
    ck_assert_int_eq(s.run[0]->ck.config.context, 1);
    ck_assert_int_eq(s.n_notes, 2);
    ck_assert(strstr(s.notes[0], "nothing is held out") && strstr(s.notes[1], "the context is 1 instead of 24"));
    live_steps(s.run[0], 60);
    live_session_close(&s);
}
END_TEST

/* Invalid UTF-8, zeros and markup are characters like others. */
START_TEST(hostile_texts_are_texts)
{
    char text[4000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i * 31 % 251);
    ck_assert_msg(begin(text, sizeof text), "%s", err.msg);
    live_steps(s.run[0], 20);
    ck_assert(isfinite(s.run[0]->ck.state.val_loss));
    live_session_close(&s);
    memset(text, 'x', sizeof text);
    ck_assert_msg(begin(text, sizeof text), "%s", err.msg);         /* one distinct character */
    live_steps(s.run[0], 20);
    live_session_close(&s);
}
END_TEST

START_TEST(ten_megabytes_are_read)
{
    size_t n = 10 << 20;
    char  *text = malloc(n);
    for (size_t i = 0; i < n; i++)
        text[i] = "the cat sat on a mat by the fire.\n"[i % 34];
    ck_assert_msg(begin(text, n), "%s", err.msg);
    ck_assert_uint_eq(s.corpus.n, n);
    live_steps(s.run[0], 5);
    free(text);
    live_session_close(&s);
}
END_TEST

/* The sentence for a setting with that value. */
static const char *refused(int id, double value)
{
    double given[SETTINGS];
    live_given(given);
    given[id] = value;
    err = (Err){ 0 };
    ck_assert(!live_session_begin(&s, live_text(), given, RECIPE_FAST, &err));
    ck_assert(!s.run[0]);
    return err.msg;
}

START_TEST(impossible_settings_are_refused)
{
    ck_assert(strstr(refused(SETTING_heads, 3), "3 heads do not divide 16 channels"));
    ck_assert(strstr(refused(SETTING_layers, 0), "layers is 0"));
    ck_assert(strstr(refused(SETTING_dropout, 1), "dropout is 1"));
    ck_assert(strstr(refused(SETTING_lr, -1), "lr is -1"));
    ck_assert(strstr(refused(SETTING_channels, 1 << 14), "available"));     /* gigabytes */
    ck_assert(strstr(refused(SETTING_batch, 1e6), "available"));
}
END_TEST

/* Saved with its moments, opened again, and trained on with another end: as if it had never stopped. */
START_TEST(a_saved_run_continues)
{
    char *path = scratch("model.heed");
    static LiveSession again;
    live_begin(&s, _i);
    live_steps(s.run[0], 20);
    s.run[0]->ck.settings.steps = 40;
    ck_assert_msg(live_run_save(s.run[0], path, true, &err), "%s", err.msg);
    live_steps(s.run[0], 20);

    ck_assert_msg(live_session_open(&again, path, &err), "%s", err.msg);
    ck_assert(!live_session_run(&again, 0, &err) && strstr(err.msg, "no text to train on"));
    ck_assert(live_session_gpt(&again, 0, &err) == &again.opened.gpt);
    err = (Err){ 0 };
    ck_assert(!live_session_continue(&again, path, scratch_text("other", "\xc3\x89t\xc3\xa9"), 20, &err));
    ck_assert_msg(strstr(err.msg, "vocabulary has no") && again.has_opened, "%s", err.msg);
    err = (Err){ 0 };
    ck_assert(!live_session_continue(&again, path, scratch_text("other", "the cat"), 20, &err));
    ck_assert_msg(strstr(err.msg, "too few for the model's context of 24"), "%s", err.msg);
    err = (Err){ 0 };
    ck_assert_msg(live_session_continue(&again, path, live_text(), 20, &err), "%s", err.msg);
    const LiveSnapshot *first = live_past_at(&again.run[0]->past, 0);
    ck_assert(first->state.step == 20 && first->numbers[0] == (float)again.run[0]->trainer.gpt.params.val[0]);
    live_steps(again.run[0], 20);
    ck_assert(live_same(s.run[0], again.run[0]));
    live_session_close(&s);
    live_session_close(&again);
}
END_TEST

/* A page that shows attention says of a model with counts that it has them, opened and trained on. */
START_TEST(counts_are_noted)
{
    char *path = scratch("model.heed");
    double given[SETTINGS];
    live_given(given);
    ck_assert(kernel_use(NULL));
    for (int counts = 0; counts < 2; counts++) {
        given[SETTING_counts] = counts;
        ck_assert_msg(live_session_begin(&s, live_text(), given, RECIPE_FAST, &err), "%s", err.msg);
        live_steps(s.run[0], 1);
        ck_assert_msg(live_run_save(s.run[0], path, true, &err), "%s", err.msg);
        ck_assert_msg(live_session_open(&s, path, &err), "%s", err.msg);
        ck_assert_int_eq(s.n_notes, counts);
        ck_assert_msg(live_session_continue(&s, path, live_text(), 20, &err), "%s", err.msg);
        ck_assert_int_eq(s.n_notes, counts);
        ck_assert(!counts || strstr(s.notes[0], "which this page does not show"));
    }
    live_session_close(&s);
}
END_TEST

START_TEST(files_that_are_no_models_are_refused)
{
    ck_assert(!live_session_open(&s, scratch_text("model.heed", "hello"), &err));
    ck_assert(strstr(err.msg, "a text, not a model"));
    err = (Err){ 0 };
    ck_assert(!live_session_open(&s, scratch_text("model.heed", ""), &err) && strstr(err.msg, "it is empty"));
    ck_assert(!s.has_opened && !live_session_gpt(&s, 0, &err));
}
END_TEST

/* n tokens of a sample as text. */
static void sample(char *out, const char *prompt, int n, double temperature)
{
    LiveSample x;
    ck_assert_msg(live_sample_begin(&x, &s, 0, prompt, strlen(prompt), temperature, 5, &err), "%s", err.msg);
    for (int i = 0; i < n; i++) {
        int id = live_sample_next(&x, &err);
        ck_assert(id >= 0 && id < s.vocab.n);
        out[i] = (char)s.vocab.chars[id];
    }
    out[n] = '\0';
    live_sample_end(&x);
}

/* By the reader and by whole passes: while the window has not slid they read the same, and so write the same. */
START_TEST(a_changed_run_writes_by_whole_passes)
{
    char by_reader[64], by_pass[64], soft[64];
    live_begin(&s, RECIPE_FAST);
    live_steps(s.run[0], 60);
    sample(by_reader, "the ", 20, 1);
    s.run[0]->trainer.change = &(GptChange){ .attention.factor = 1 };
    sample(by_pass, "the ", 20, 1);
    ck_assert_str_eq(by_reader, by_pass);
    ck_assert(live_run_soften(s.run[0], 0, &err));
    sample(soft, "the ", 20, 1);
    ck_assert_str_ne(by_reader, soft);
    live_session_close(&s);
}
END_TEST

/* Beyond the context the window holds the last characters, as many as the context has, and the next follows them. */
START_TEST(the_window_moves_on)
{
    enum { T = 24 };
    LiveSample x;
    int        all[64];
    live_begin(&s, RECIPE_FAST);
    live_steps(s.run[0], 60);
    ck_assert(live_run_soften(s.run[0], 0.5, &err) && live_sample_begin(&x, &s, 0, "t", 1, 0, 1, &err));
    all[0] = vocab_find(&s.vocab, 't');
    for (int n = 1; n < 64; n++) {
        int had = n < T ? n : T, best = 0;
        ck_assert(x.n == had && memcmp(x.window, all + n - had, (size_t)had * sizeof *all) == 0);
        const real *logits = trainer_logits(&s.run[0]->trainer, all + n - had, had, &err);
        for (int v = 1; v < s.vocab.n; v++)
            best = logits[v] > logits[best] ? v : best;
        ck_assert_int_eq(all[n] = live_sample_next(&x, &err), best);
    }
    live_sample_end(&x);
    live_session_close(&s);
}
END_TEST

START_TEST(impossible_samples_are_refused)
{
    LiveSample x;
    live_begin(&s, RECIPE_FAST);
    ck_assert(!live_sample_begin(&x, &s, 0, "\xc3\x89", 2, 1, 1, &err) && strstr(err.msg, "vocabulary has no"));
    err = (Err){ 0 };
    ck_assert(!live_sample_begin(&x, &s, 0, "the", 3, -1, 1, &err) && strstr(err.msg, "temperature"));
    err = (Err){ 0 };
    ck_assert(!live_sample_begin(&x, &s, 1, "the", 3, 1, 1, &err) && strstr(err.msg, "no run 1"));
    err = (Err){ 0 };
    ck_assert(live_sample_begin(&x, &s, 0, "", 0, 1, 1, &err) && live_sample_next(&x, &err) >= 0);
    live_sample_end(&x);
    live_session_close(&s);
}
END_TEST

START_TEST(runs_can_be_dropped)
{
    live_begin(&s, RECIPE_FAST);
    live_session_drop(&s, 0);                   /* the only one stays */
    ck_assert(s.run[0] != NULL && live_session_fork(&s, 0, -1, &err));
    LiveRun *fork = s.run[1];
    live_session_drop(&s, 0);
    ck_assert(s.run[0] == fork && !s.run[1]);
    live_steps(fork, 5);
    live_session_close(&s);
}
END_TEST

CHECK_MAIN("session", TEST(texts_that_are_too_short_are_refused), TEST(hostile_texts_are_texts),
           TEST(ten_megabytes_are_read), TEST(impossible_settings_are_refused), LOOP(a_saved_run_continues, 0, 2),
           TEST(counts_are_noted), TEST(files_that_are_no_models_are_refused),
           TEST(a_changed_run_writes_by_whole_passes),
           TEST(the_window_moves_on),           TEST(impossible_samples_are_refused), TEST(runs_can_be_dropped))
