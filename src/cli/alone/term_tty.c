/* cli/term.h where the streams are no terminals and lead to no process. */
#include "cli/term.h"

enum { WIDTH = 80, HEIGHT = 24 };

int term_width(FILE *file) { return (void)file, WIDTH; }

int term_height(FILE *file) { return (void)file, HEIGHT; }

Term term_of(FILE *file) { return (Term){ .file = file, .utf8 = true, .width = WIDTH }; }

void term_start(void) {}

bool term_deserted(FILE *file) { return (void)file, false; }
