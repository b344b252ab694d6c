#ifndef TEXT_FOLDER_H
#define TEXT_FOLDER_H
#include "base/err.h"
#include <stddef.h>

/* The regular files in a folder and the folders within, sorted by path as bytes. Hidden names and links to folders are
 * left out, so no loop of links is followed. */
typedef struct Folder {
    char **paths;                           /* (n) "FOLDER/a/b.txt" */
    size_t n, room;
    size_t left_out;                        /* neither files nor folders, links to folders, unreadable folders */
    bool   lost;                            /* memory ran out */
} Folder;

/* False with a sentence, and nothing to free, if the folder itself cannot be read, or without memory. */
bool folder_list(Folder *f, const char *path, Err *err);
void folder_free(Folder *f);
#endif
