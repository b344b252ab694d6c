/* Held-out items: the file that ships, and errors in other files. */
#include "explain/clues.h"
#include "check_main.h"
#include "scratch.h"
#include "text/vocab_of_text.h"

enum { CONTEXT = 64 };                      /* that of --size small, which learns them */

#define HEADER "word\tsense\tprompt\tright\twrong\tclue_start\tclue_length\n"

static Vocab vocab_of(const char *text, size_t len)
{
    Vocab v;
    Err   err = { 0 };
    ck_assert_msg(vocab_of_text(&v, text, len, VOCAB_CAP, &err), "%s", err.msg);
    return v;
}

/* a to z, space, quote and full stop. */
static Vocab letters(void)
{
    static const char text[] = "abcdefghijklmnopqrstuvwxyz .\"\n";
    return vocab_of(text, strlen(text));
}

/* The error for a file of that text; "" if there is none. */
static const char *complaint(const char *text, int context)
{
    static Err err;
    Clues      c;
    Vocab      v = letters();
    err = (Err){ 0 };
    bool ok = clues_read(&c, scratch_text("clues.tsv", text), &v, context, &err);
    ck_assert(ok == !err_any(&err));
    clues_free(&c);
    vocab_free(&v);
    return err.msg;
}

/* --- The file that ships --- */

static int lines_of(const FileData *d)
{
    int n = 0;
    for (size_t i = 0; i < d->len; i++)
        n += d->p[i] == '\n';
    return n;
}

START_TEST(all_items_of_the_shipped_file_are_read)
{
    Clues    c;
    Err      err = { 0 };
    FileData text = { 0 }, all = { 0 };
    ck_assert_msg(file_read("data/stories.txt", &text, &err), "%s", err.msg);
    ck_assert_msg(file_read("data/stories.tsv", &all, &err), "%s", err.msg);
    Vocab v = vocab_of(text.p, text.len);
    ck_assert_msg(clues_read(&c, "data/stories.tsv", &v, CONTEXT, &err), "%s", err.msg);
    ck_assert(c.n >= 100 && c.n + 1 == lines_of(&all));
    for (int i = 0; i < c.n; i++) {
        const Clue *x = &c.items[i];
        ck_assert_int_eq(x->n, (int)strlen(x->prompt));
        for (int j = 0; j < x->n; j++)
            ck_assert_uint_eq(v.chars[x->ids[j]], (uint32_t)(unsigned char)x->prompt[j]);
        ck_assert_msg(strstr(x->prompt, x->word) != NULL, "item %d: no %s in it", i, x->word);
        ck_assert(x->right != x->wrong && x->at + x->len <= x->n);
    }
    clues_free(&c);
    vocab_free(&v);
    file_free(&text);
    file_free(&all);
}
END_TEST

/* Items come in pairs that differ only in the clue: the right answer of one is the wrong one of the other. */
START_TEST(items_are_matched_pairs)
{
    Clues    c;
    Err      err = { 0 };
    FileData text = { 0 };
    ck_assert(file_read("data/stories.txt", &text, &err));
    Vocab v = vocab_of(text.p, text.len);
    ck_assert(clues_read(&c, "data/stories.tsv", &v, CONTEXT, &err));
    for (int i = 0; i + 1 < c.n; i += 2) {
        const Clue *x = &c.items[i], *y = x + 1;
        ck_assert(x->right == y->wrong && x->wrong == y->right && x->at == y->at);
        ck_assert(memcmp(x->prompt, y->prompt, (size_t)x->at) == 0);
        ck_assert_str_eq(x->prompt + x->at + x->len, y->prompt + y->at + y->len);
        ck_assert(x->len != y->len || memcmp(x->prompt + x->at, y->prompt + y->at, (size_t)x->len) != 0);
    }
    clues_free(&c);
    vocab_free(&v);
    file_free(&text);
}
END_TEST

/* --- Fields --- */

START_TEST(fields_are_parsed)
{
    Clues c;
    Err   err = { 0 };
    Vocab v = letters();
    const char *path = scratch_text("clues.tsv", HEADER "key\t+\ta door key is\tmetal\tsound\t2\t4\n"
                                                 "key\t-\ta key is\tsound\tmetal\t0\t8\n");
    ck_assert_msg(clues_read(&c, path, &v, 13, &err), "%s", err.msg);
    ck_assert_int_eq(c.n, 2);
    const Clue *x = &c.items[0], *y = &c.items[1];
    ck_assert_str_eq(x->word, "key");
    ck_assert_str_eq(x->prompt, "a door key is");
    ck_assert_int_eq(x->n, 13);
    ck_assert(x->right == vocab_find(&v, 'm') && x->wrong == vocab_find(&v, 's'));
    ck_assert(x->at == 2 && x->len == 4 && x->ids[2] == vocab_find(&v, 'd'));
    ck_assert(y->n == 8 && y->at == 0 && y->len == 8 && y->right == x->wrong);      /* the whole prompt */
    ck_assert(y->ids == x->ids + x->n && y->ids[7] == vocab_find(&v, 's'));
    clues_free(&c);
    ck_assert(!c.items && !c.ids && !c.file.p);
    vocab_free(&v);
}
END_TEST

/* The last line is read with or without an end of line. */
START_TEST(the_last_line_may_lack_its_end)
{
    Clues c;
    Err   err = { 0 };
    Vocab v = letters();
    const char *path = scratch_text("clues.tsv", HEADER "key\t+\ta key\tb\tc\t0\t1\n"
                                                 "key\t-\ta key\tc\tb\t0\t2");
    ck_assert_msg(clues_read(&c, path, &v, 9, &err), "%s", err.msg);
    ck_assert_int_eq(c.n, 2);
    ck_assert(c.items[1].len == 2 && c.items[1].right == vocab_find(&v, 'c'));
    clues_free(&c);
    vocab_free(&v);
}
END_TEST

/* --- Errors --- */

static const struct {
    const char *line, *says;
} wrong[] = {
    { "key\t+\ta key\tb\tc\t0", "fewer than 7 fields" },
    { "key", "fewer than 7 fields" },
    { "", "fewer than 7 fields" },
    { "key\t+\ta key\tb\tc\t0\t1\tmore", "more than 7 fields" },
    { "key\t+\ta key\tb\tc\t0\t1\t", "more than 7 fields" },
    { "key\t+\ta KEY\tb\tc\t0\t1", "'K'" },
    { "key\t+\ta key\t\303\251\tc\t0\t1", "U+00E9" },
    { "key\t+\ta key\tb\t7\t0\t1", "'7'" },
    { "key\t+\ta key\t\tc\t0\t1", "the right or wrong field is empty" },
    { "key\t+\ta key\tb\t\t0\t1", "the right or wrong field is empty" },
    { "key\t+\ta key is here\tb\tc\t0\t1", "13 characters, but the model takes 1 to 12" },
    { "key\t+\t\tb\tc\t0\t1", "0 characters, but the model takes 1 to 12" },
    { "key\t+\ta key\tbold\tblue\t0\t1", "\"bold\" and \"blue\" start with the same character" },
    { "key\t+\ta key\tb\tc\t0\t6", "length \"6\" at \"0\" is not inside the prompt of 5" },
    { "key\t+\ta key\tb\tc\t3\t3", "length \"3\" at \"3\"" },
    { "key\t+\ta key\tb\tc\t5\t1", "length \"1\" at \"5\"" },
    { "key\t+\ta key\tb\tc\t0\t0", "length \"0\"" },
    { "key\t+\ta key\tb\tc\t-1\t1", "at \"-1\"" },
    { "key\t+\ta key\tb\tc\t0\t-1", "length \"-1\"" },
    { "key\t+\ta key\tb\tc\tx\t1", "at \"x\"" },
    { "key\t+\ta key\tb\tc\t\t1", "at \"\"" },
    { "key\t+\ta key\tb\tc\t1x\t1", "at \"1x\"" },
    { "key\t+\ta key\tb\tc\t4294967296\t1", "at \"4294967296\"" },
    { "key\t+\ta key\tb\tc\t0\t99999999999999999999", "length \"99999999999999999999\"" },
    { "key\t+\ta key\tb\tc\t2147483647\t2147483647", "not inside" },
};
enum { WRONG = sizeof wrong / sizeof *wrong };

/* The fault is on line 3, between two good lines. */
START_TEST(errors_name_the_line_and_the_fault)
{
    char text[512];
    static const char good[] = "key\t+\ta key\tb\tc\t0\t1\n";
    snprintf(text, sizeof text, HEADER "%s%s\n%s", good, wrong[_i].line, good);
    const char *said = complaint(text, 12);
    ck_assert_msg(strstr(said, "clues.tsv, line 3,") && strstr(said, wrong[_i].says), "%s", said);
}
END_TEST

START_TEST(a_file_without_items_is_an_error)
{
    static const char *const texts[] = { "", HEADER, "\n", "word", "\n\n" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *said = complaint(texts[i], 12);
        ck_assert_msg(strstr(said, i == 4 ? "fewer" : "has no items"), "%zu: %s", i, said);
    }
}
END_TEST

START_TEST(a_missing_file_is_an_error)
{
    Clues c;
    Err   err = { 0 };
    Vocab v = letters();
    ck_assert(!clues_read(&c, scratch("none.tsv"), &v, 12, &err));
    ck_assert_msg(strstr(err.msg, "none.tsv"), "%s", err.msg);
    clues_free(&c);
    vocab_free(&v);
}
END_TEST

CHECK_MAIN("clues", TEST(all_items_of_the_shipped_file_are_read), TEST(items_are_matched_pairs),
           TEST(fields_are_parsed), TEST(the_last_line_may_lack_its_end),
           LOOP(errors_name_the_line_and_the_fault, 0, WRONG), TEST(a_file_without_items_is_an_error),
           TEST(a_missing_file_is_an_error))
