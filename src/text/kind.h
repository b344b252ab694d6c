#ifndef TEXT_KIND_H
#define TEXT_KIND_H
#include "base/err.h"
#include <stddef.h>

/* What a file is, when it is not text. */
typedef struct TextKind {
    const char *is;                         /* "a PDF document"; NULL: text                         */
    const char *command;                    /* makes text of it; NULL: none is known. "%s": the     */
                                            /* file, then its name without the suffix               */
} TextKind;

/* Tells from the first bytes (signatures), and from samples of all: UTF-16 and UTF-32 by their mark or where their zero
 * bytes stand; mostly binary by the share of control characters. Text in another 8-bit encoding is text. A short file
 * without a signature is text whatever its bytes. */
TextKind text_kind(const char *s, size_t n);

/* Sets "PATH is a PDF document, not text: make text of it with pdftotext a.pdf a.txt" and returns false; true for text.
 * "-" is standard input. */
bool text_kind_check(const char *path, const char *s, size_t n, Err *err);
#endif
