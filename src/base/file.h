#ifndef BASE_FILE_H
#define BASE_FILE_H
#include "base/err.h"
#include <stddef.h>

/* Bytes read from files; `p` is malloc'd (NULL while nothing was read) and freed by file_free. */
typedef struct FileData {
    char  *p;
    size_t len, room;
} FileData;

/* Appends all of `path` ("-" is standard input) to `to`, which starts as { 0 }: several calls read
 * several files into one block. A byte 0 that is not counted in len follows the content. An empty
 * file is no error. A file that grows or shrinks meanwhile is taken as it was read. False, with
 * what `to` held before still there, for: no such file, a directory, no permission, a read error,
 * more than the machine's memory. */
bool file_read(const char *path, FileData *to, Err *err);
void file_free(FileData *d);

/* A piece of what is to be written; the bytes stay the caller's. */
typedef struct FilePart {
    const void *p;
    size_t      len;
} FilePart;

/* Makes the n parts, one after the other, the content of `path`, all or nothing: they go to
 * ".NAME.tmp" in the same directory, are forced to the disk, and take the name in one step; the
 * directory is forced too. On failure the previous file is unchanged and the temporary one gone
 * (after a kill it may be left; the next call replaces it). A link is followed. What is no
 * ordinary file (/dev/stdout, a pipe) is written to as it stands. One writer of a path at a time. */
bool file_replace(const char *path, const FilePart *parts, size_t n, Err *err);

/* open(2) and close(2), which a signal may interrupt: tried again, and done nevertheless. What is opened is
 * closed on exec, and gets the permissions of an ordinary new file. -1 or false with errno. */
int  file_open(const char *path, int flags);
bool file_close(int fd);

/* True if the name exists, or if that cannot be determined; true if it is a directory. */
bool file_exists(const char *path);
bool file_is_dir(const char *path);

/* Reads the first bytes of a regular file, at most n, to identify its format; *len is their number, 0 if the file
 * does not exist. False, with err set, if it cannot be read or is a directory. */
bool file_start(const char *path, void *start, size_t n, size_t *len, Err *err);

/* Makes the directory, and those above it that are missing; true when it is there already. */
bool file_make_dir(const char *path, Err *err);

/* Forces what was written to the disk: a file, or the names in a directory. False with errno. */
bool file_force(int fd);
bool file_force_dir(const char *dir);

/* What an errno value means, as the end of a sentence: "no space left on the device". */
const char *file_why(int error);
#endif
