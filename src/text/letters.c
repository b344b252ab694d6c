#include "text/letters.h"

typedef struct Range {
    uint32_t first, last;
} Range;

/* Beyond ASCII: what is no letter. Blocks of Unicode 15 (Blocks.txt), and single signs in the blocks of scripts. */
static const Range marks[] = {
    { 0x80, 0xa9 }, { 0xab, 0xb4 }, { 0xb6, 0xb9 }, { 0xbb, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 },
    { 0x2b9, 0x2bb }, { 0x2c2, 0x2df }, { 0x37e, 0x37e }, { 0x387, 0x387 }, { 0x55a, 0x55f }, { 0x589, 0x58f },
    { 0x5be, 0x5be }, { 0x5c0, 0x5c0 }, { 0x5c3, 0x5c3 }, { 0x5f3, 0x5f4 }, { 0x600, 0x60f }, { 0x61b, 0x61f },
    { 0x66a, 0x66d }, { 0x6d4, 0x6d4 }, { 0x964, 0x965 }, { 0x970, 0x970 }, { 0xe3f, 0xe3f }, { 0xe4f, 0xe4f },
    { 0x1361, 0x1368 }, { 0x17d4, 0x17db }, { 0x2000, 0x200b }, { 0x200e, 0x2018 }, { 0x201a, 0x20cf },
    { 0x2100, 0x2bff }, { 0x2e00, 0x2e7f }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x3030, 0x3030 },
    { 0x303d, 0x303f }, { 0x30fb, 0x30fb }, { 0xe000, 0xf8ff }, { 0xfe10, 0xfe1f }, { 0xfe30, 0xfe6f },
    { 0xfeff, 0xfeff }, { 0xff01, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 },
    { 0xffe0, 0xffff }, { 0x1f000, 0x1faff }, { 0xe0000, 0xe00ff }, { 0xf0000, 0x10ffff },
};

static const Range blanks[] = { { 0x85, 0x85 }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200b },
                                { 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 } };

static const Range han[] = { { 0x3005, 0x3007 }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xf900, 0xfaff },
                             { 0x20000, 0x3ffff } };

static bool among(const Range *r, size_t n, uint32_t c)
{
    for (size_t k = 0; k < n; k++)
        if (c >= r[k].first && c <= r[k].last)
            return true;
    return false;
}

#define AMONG(table, c) among(table, sizeof(table) / sizeof *(table), c)

static LetterKind ascii_kind(uint32_t c)
{
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return LETTER_BLANK;
    if (c >= '0' && c <= '9')
        return LETTER_DIGIT;
    if (c >= 'a' && c <= 'z')
        return LETTER_LOWER;
    if (c >= 'A' && c <= 'Z')
        return LETTER_UPPER;
    return c == '\'' ? LETTER_APOSTROPHE : LETTER_MARK;
}

LetterKind letter_kind(uint32_t c)
{
    if (c & TEXT_RAW)
        return LETTER_BYTE;
    if (c < 0x80)
        return ascii_kind(c);
    if (c == 0x2019)
        return LETTER_APOSTROPHE;
    if (AMONG(blanks, c))
        return LETTER_BLANK;
    if (AMONG(han, c))
        return LETTER_HAN;
    return AMONG(marks, c) ? LETTER_MARK : LETTER_OTHER;
}

bool letter_in_word(uint32_t c) { return letter_kind(c) >= LETTER_DIGIT; }

/* The end of the word that starts at `first`. */
static int word_end(const uint32_t *text, int n, int first)
{
    int last = first;
    if (letter_kind(text[first]) == LETTER_HAN)
        return first;
    for (int i = first + 1; i < n; i++) {
        bool joins = letter_kind(text[i]) == LETTER_APOSTROPHE && i + 1 < n;
        int  next = joins ? i + 1 : i;
        if (!letter_in_word(text[next]) || letter_kind(text[next]) == LETTER_HAN)
            break;
        last = i = next;
    }
    return last;
}

bool letter_next_word(const uint32_t *text, int n, int from, int *first, int *last)
{
    for (int i = from; i < n; i++)
        if (letter_in_word(text[i])) {
            *first = i;
            *last = word_end(text, n, i);
            return true;
        }
    return false;
}
