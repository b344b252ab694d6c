#ifndef TEXT_LETTERS_H
#define TEXT_LETTERS_H
#include "base/text.h"

/* What kind of character c is, without the C library's locale, so that a text has the same words on every machine.
 * Beyond ASCII everything is a letter except the blocks of punctuation, symbols and blanks that letters.c lists: an
 * approximation of Unicode's general category, right for every script's letters and for the usual punctuation. */
typedef enum LetterKind {
    LETTER_BLANK,                           /* space, tab, line ends, and Unicode's other blanks          */
    LETTER_MARK,                            /* punctuation, symbols, control characters                   */
    LETTER_APOSTROPHE,                      /* ' and U+2019: within a word                                */
    LETTER_DIGIT,
    LETTER_LOWER, LETTER_UPPER,             /* of ASCII                                                   */
    LETTER_OTHER,                           /* a letter beyond ASCII, of either case; combining marks too */
    LETTER_HAN,                             /* an ideograph, a word by itself (Unicode annex 29)          */
    LETTER_BYTE                             /* a raw byte: part of a character that the vocabulary spells */
} LetterKind;

LetterKind letter_kind(uint32_t c);

/* Whether a word contains it: all kinds from LETTER_DIGIT on. */
bool letter_in_word(uint32_t c);

/* The word at or after position `from` of n characters: a maximal run of letters and digits, with apostrophes between
 * two of them ("don't"). Sets *first and *last and returns true; false if no word follows. */
bool letter_next_word(const uint32_t *text, int n, int from, int *first, int *last);
#endif
