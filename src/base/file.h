#ifndef BASE_FILE_H
#define BASE_FILE_H
#include "base/err.h"
#include <stddef.h>

/* Bytes read from files; p is malloc'd (NULL if nothing was read), freed by file_free. */
typedef struct FileData {
    char  *p;
    size_t len, room;
} FileData;

/* Appends the contents of `path` ("-": standard input) to `to`, which starts as { 0 }; several calls concatenate
 * several files. A NUL not counted in len follows. An empty file is not an error, and a file that grows or shrinks
 * meanwhile is read to its end at the time. False with err set and the earlier contents of `to` kept: no such file, a
 * directory, no permission, a read error, or more bytes than the machine has memory. */
bool file_read(const char *path, FileData *to, Err *err);
void file_free(FileData *d);

/* A piece of a file to write; the caller owns the bytes. */
typedef struct FilePart {
    const void *p;
    size_t      len;
} FilePart;

/* Replaces the contents of `path` by the n parts, atomically: writes a new file ".NAME.<16 random hex digits>.tmp" in
 * the same directory, syncs it, renames it and syncs the directory. Any number of processes may do so at once: the path
 * then has what one of them wrote, whole, and none fails because of another. On failure the previous file is unchanged
 * and the temporary file is removed. A killed process leaves it; as it was locked (flock), the next call for that path
 * finds it without an owner and removes it. Symbolic links are followed. A device or pipe (/dev/stdout) is written to
 * directly. */
bool file_replace(const char *path, const FilePart *parts, size_t n, Err *err);

/* Removes the temporary files of this process. For signal handlers that end it: async-signal-safe. */
void file_abandon(void);

/* open(2), retried on EINTR, with O_CLOEXEC and mode 0666; close(2), where EINTR counts as closed. -1 or false with
 * errno. */
int  file_open(const char *path, int flags);
bool file_close(int fd);

/* True if the name exists, or if that cannot be determined; true if it is a directory. */
bool file_exists(const char *path);
bool file_is_dir(const char *path);

/* Reads the first bytes of a regular file, at most n, to identify its format; *len is their number, 0 if the file
 * does not exist. False, with err set, if it cannot be read or is a directory. */
bool file_start(const char *path, void *start, size_t n, size_t *len, Err *err);

/* Creates the directory and its missing parents; true if it already exists. */
bool file_make_dir(const char *path, Err *err);

/* Syncs a file, or the entries of a directory, to disk. False with errno. */
bool file_force(int fd);
bool file_force_dir(const char *dir);

/* The meaning of an errno value, to end a sentence: "no space left on the device". */
const char *file_why(int error);
#endif
