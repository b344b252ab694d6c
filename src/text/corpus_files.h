#ifndef TEXT_CORPUS_FILES_H
#define TEXT_CORPUS_FILES_H
#include "base/file.h"
#include "text/corpus.h"

/* Reads the files and folders of a corpus into one text, *d, which the caller frees either way: byte order marks
 * dropped, line ends made LF, a line end added between files. Sets the counts of *c about files, and its hash. False,
 * with a sentence, as corpus_read. */
bool corpus_files(Corpus *c, FileData *d, char *const *paths, int n_paths, CorpusOptions o, Err *err);
#endif
