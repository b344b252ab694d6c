#ifndef CLI_EXPLAIN_HTML_H
#define CLI_EXPLAIN_HTML_H
#include "cli/explain/report.h"

/* Writes the report as one page that needs nothing else: the files of src/page around the JSON of
 * explain_json. The page replaces `path` in one step ("-" is standard output); a file that is there
 * and is no such page is left alone. False with a sentence for that, and when it cannot be written. */
bool explain_html(const char *path, const Report *r, Err *err);

/* May the page be written there? For a look before the long work. */
bool explain_html_may(const char *path, Err *err);

/* The page up to where the data stands, and from there on: made by src/page/shared/embed.py. */
extern const unsigned char explain_html_before[], explain_html_after[];
extern const size_t        explain_html_before_len, explain_html_after_len;
#endif
