#ifndef BASE_HUMAN_H
#define BASE_HUMAN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers and characters formatted for people. Use .s within the expression or keep the struct. */
typedef struct Human {
    char s[32];
} Human;

/* "1,115,394" */
Human human_count(int64_t n);

/* "812 bytes", "1.5 KiB", "12 MiB" */
Human human_bytes(size_t n);

/* "0.4 s", "42 s", "2 m 05 s", "3 h 07 m", "2 d 04 h"; "?" if negative, above 1e9 or not finite. */
Human human_seconds(double seconds);

/* Makes a character (base/text.h) visible: itself, '␣' space, '⏎' newline, '⇥' tab, "^A" a control
 * character, "U+0301" a combining mark, "<e9>" an invalid byte. Without utf8 the result is ASCII: "' '",
 * "\n", "\t", "U+00E9". */
Human human_char(uint32_t c, bool utf8);
#endif
