#ifndef CLI_HUMAN_H
#define CLI_HUMAN_H
#include <stdbool.h>
#include <stdint.h>

/* Numbers and characters as people read them. Use .s within the expression or keep the struct. */
typedef struct Human {
    char s[32];
} Human;

/* "1,115,394" */
Human human_count(int64_t n);

/* "0.4 s", "42 s", "2 m 05 s", "3 h 07 m", "2 d 04 h"; "?" for what is not finite or below 0. */
Human human_seconds(double seconds);

/* A character of base/text.h so that it is seen: itself, or for what cannot be seen alone a sign
 * ('␣' space, '⏎' newline, '⇥' tab), "^A" a control character, "U+0301", "<e9>" a byte. Without
 * utf8 all of it is ASCII: "' '", "\n", "\t", "U+00E9". */
Human human_char(uint32_t c, bool utf8);
#endif
