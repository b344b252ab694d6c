#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* `replay FILE|FOLDER ...` runs a harness once on each file and each file in a folder, and prints their number. Exits
 * with 1 if there are none or one cannot be read. A failing harness aborts; the last file named on standard error is
 * the input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long given;

static int replay_file(const char *path)
{
    struct stat st;
    FILE    *f = fopen(path, "rb");
    if (!f && errno == ENOENT)
        return 0;                       /* git does not keep empty folders */
    if (!f || fstat(fileno(f), &st) != 0) {
        fprintf(stderr, "replay: cannot read %s\n", path);
        return 1;
    }
    size_t   size = (size_t)st.st_size;
    uint8_t *bytes = malloc(size ? size : 1);       /* exact size: the sanitizer sees overreads */
    int      failed = !bytes || fread(bytes, 1, size, f) != size;
    fclose(f);
    fprintf(stderr, "%s\n", path);
    if (!failed)
        (void)LLVMFuzzerTestOneInput(bytes, size);
    given++;
    free(bytes);
    return failed;
}

static int replay(const char *path)
{
    char           inner[1024];
    int            failed = 0;
    struct dirent *entry;
    DIR           *dir = opendir(path);
    if (!dir)
        return replay_file(path);
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.') {
            snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
            failed |= replay(inner);
        }
    closedir(dir);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("%ld inputs\n", given);
    return failed || given == 0;
}
