#include "cli/progress.h"
#include "check_main.h"
#include <string.h>

static char text[65536];
static long seen;                           /* bytes that news() has returned already */

/* A stream that is not a terminal; it writes to text. */
static FILE *plain(void)
{
    seen = 0;
    return fmemopen(text, sizeof text, "w");
}

static Progress on_plain(FILE *f)
{
    Progress p;
    progress_start(&p, (Term){ .file = f, .width = 80 });
    return p;
}

/* Updates every tenth of a second for ten minutes: lines at 0, 2, 6, 14, 30, 62, 122, 182, ... */
START_TEST(plain_lines_come_at_growing_intervals)
{
    FILE    *f = plain();
    Progress p = on_plain(f);
    for (int i = 0; i < 6000; i++)
        progress_show(&p, i / 10.0, "step %d", i);
    progress_end(&p);
    fclose(f);
    ck_assert_str_eq(
        text, "step 0\nstep 20\nstep 60\nstep 140\nstep 300\nstep 620\nstep 1220\nstep 1820\nstep 2420\n"
              "step 3020\nstep 3620\nstep 4220\nstep 4820\nstep 5420\nstep 5999\n");
}
END_TEST

START_TEST(the_last_line_is_not_printed_twice)
{
    FILE    *f = plain();
    Progress p = on_plain(f);
    progress_show(&p, 0, "all");
    progress_end(&p);
    progress_end(&p);
    fclose(f);
    ck_assert_str_eq(text, "all\n");
}
END_TEST

START_TEST(without_progress_end_prints_nothing)
{
    FILE    *f = plain();
    Progress p = on_plain(f);
    progress_note(&p, "saved %s", "a.heed");
    progress_end(&p);
    fclose(f);
    ck_assert_str_eq(text, "saved a.heed\n");
}
END_TEST

/* As on a terminal of that width, which COLUMNS reports since there is none. */
static Progress on_terminal(FILE *f, const char *columns)
{
    Progress p;
    setenv("COLUMNS", columns, 1);
    progress_start(&p, (Term){ .file = f, .tty = true, .moves = true, .width = 40 });
    return p;
}

/* The output since the last call. */
static const char *news(FILE *f)
{
    fflush(f);
    const char *from = text + seen;
    seen = ftell(f);
    return from;
}

START_TEST(a_terminal_line_is_redrawn)
{
    FILE    *f = plain();
    Progress p = on_terminal(f, "40");
    progress_show(&p, 5, "step 1");
    ck_assert_str_eq(news(f), "\rstep 1\033[K");
    progress_show(&p, 5.05, "too soon");
    progress_show(&p, 5.2, "step 2");
    ck_assert_str_eq(news(f), "\rstep 2\033[K");
    progress_note(&p, "saved");
    ck_assert_str_eq(news(f), "\r\033[Ksaved\n\rstep 2\033[K");
    progress_show(&p, 5.21, "step 3");
    progress_end(&p);
    ck_assert_str_eq(news(f), "\r\033[Kstep 3\n");
    fclose(f);
}
END_TEST

/* A line that wraps cannot be redrawn: one column stays free, wide characters count as two. */
START_TEST(a_terminal_line_is_cut)
{
    FILE    *f = plain();
    Progress p = on_terminal(f, "20");
    progress_show(&p, 0, "%s", _i ? "中中中中中中中中中中中中中中" : "0123456789012345678901234");
    ck_assert_str_eq(news(f), _i ? "\r中中中中中中中中中\033[K" : "\r0123456789012345678\033[K");
    fclose(f);
}
END_TEST

START_TEST(very_long_lines_are_cut)
{
    char     endless[5000];
    FILE    *f = plain();
    Progress p = on_plain(f);
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    progress_show(&p, 0, "%s", endless);
    fclose(f);
    ck_assert_uint_eq(strlen(text), sizeof p.line);
}
END_TEST

CHECK_MAIN("progress", TEST(plain_lines_come_at_growing_intervals), TEST(the_last_line_is_not_printed_twice),
           TEST(without_progress_end_prints_nothing), TEST(a_terminal_line_is_redrawn),
           LOOP(a_terminal_line_is_cut, 0, 2), TEST(very_long_lines_are_cut))
