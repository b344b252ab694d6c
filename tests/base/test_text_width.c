#include "base/text.h"
#include "check_main.h"

START_TEST(columns_on_a_terminal)
{
    static const struct {
        uint32_t c;
        int      width;
    } known[] = {
        { 'a', 1 },      { '\n', 0 },     { 0x7f, 0 },     { 0x9f, 0 },     { 0xa0, 1 },    { 0xe9, 1 },
        { 0xad, 1 },     { 0x2ff, 1 },    { 0x300, 0 },    { 0x36f, 0 },    { 0x370, 1 },   { 0x10ff, 1 },
        { 0x1100, 2 },   { 0x115f, 2 },   { 0x1160, 0 },   { 0x11ff, 0 },   { 0x200b, 0 },  { 0x200d, 0 },
        { 0x2014, 1 },   { 0x3000, 2 },   { 0x3042, 2 },   { 0x4e00, 2 },   { 0x4e2d, 2 },  { 0x9fff, 2 },
        { 0xac00, 2 },   { 0xd7a3, 2 },   { 0xfe0f, 0 },   { 0xfe10, 2 },   { 0xfeff, 0 },  { 0xff21, 2 },
        { 0xff71, 1 },   { 0xfffd, 1 },   { 0x1f3fa, 2 },  { 0x1f600, 2 },  { 0x1f64f, 2 }, { 0x1f650, 1 },
        { 0x1faf6, 2 },  { 0x20000, 2 },  { 0x3fffd, 2 },  { 0x3fffe, 1 },  { 0xe0001, 0 }, { 0xe01ef, 0 },
        { 0xe01f0, 1 },  { 0x10ffff, 1 }, { TEXT_RAW | 0xe9, 1 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_msg(text_width(known[i].c) == known[i].width, "U+%04X", (unsigned)known[i].c);
}
END_TEST

static void all_have(int width, uint32_t first, uint32_t end)
{
    for (uint32_t c = first; c < end; c++)
        if (text_width(c) != width)
            ck_abort_msg("U+%04X", (unsigned)c);
}

/* An unsorted table would break the binary search. */
START_TEST(scripts_of_one_width)
{
    all_have(1, 0x100, 0x300);
    all_have(1, 0x2190, 0x2300);
    all_have(2, 0x3400, 0x4dc0);
    all_have(2, 0x4e00, 0xa48d);
    all_have(2, 0xac00, 0xd7a4);
    all_have(0, 0xe0001, 0xe01f0);
}
END_TEST

CHECK_MAIN("text_width", TEST(columns_on_a_terminal), TEST(scripts_of_one_width))
