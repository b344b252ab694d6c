/* Each command is a separate program: find it and exec it, so that signals and exit codes are its own. */
#include "cli/heed/run.h"
#include "cli/command.h"
#include <unistd.h>

bool heed_run(const char *called, const char *name, char **argv, Err *err)
{
    char path[PATH_MAX], folder[PATH_MAX];
    if (own_file(called, name, X_OK, path, err))
        execv(path, argv);
    return !err_any(err) && own_folder(called, folder, err) &&
           err_set(err, "the program %s is missing from %s and from %s; build or install heed again", name, folder,
                   HEED_LIBEXEC);
}
