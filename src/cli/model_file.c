#include "cli/model_file.h"
#include "base/file.h"
#include <stdio.h>
#include <string.h>

enum { LONGEST = sizeof "/model.heed" };

bool model_file_find(const char *asked, char *path, size_t size, Err *err)
{
    const char *dir = asked ? asked : "run";
    if (strlen(dir) + LONGEST > size)
        return err_set(err, "the model's name is %zu bytes long; the limit is %zu", strlen(dir), size - LONGEST);
    snprintf(path, size, "%s", dir);
    if (asked && !file_is_dir(asked))
        return true;
    snprintf(path, size, "%s/best.heed", dir);
    if (!file_exists(path))
        snprintf(path, size, "%s/model.heed", dir);
    return file_exists(path) ||
           err_set(err, "no model found: neither %s/best.heed nor %s/model.heed exists. Train one with `train "
                   "book.txt`, or name %s", dir, dir, asked ? "another" : "one with --model");
}
