#include "train/log.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char log_header[] = "step,epoch,tokens,seconds,lr,train_loss,val_loss,grad_norm,grad_embedding,"
                          "grad_qkv,grad_attention_out,grad_mlp,grad_output,tokens_per_second\n";

/* How many bytes of an earlier log to keep: its header and the lines up to `step`. A last line without a newline was
 * cut off and does not count. */
static size_t kept(const char *text, size_t len, const char *header, long step)
{
    size_t at = strlen(header);
    if (len < at || memcmp(text, header, at) != 0)
        return 0;
    while (at < len) {
        const char *end = memchr(text + at, '\n', len - at);
        if (!end || strtol(text + at, NULL, 10) > step)
            break;
        at = (size_t)(end - text) + 1;
    }
    return at;
}

#define MOST_SECONDS 9e15                   /* the most that a model file holds */

/* The fourth field of the last line of a log of n bytes; 0 unless it is a time. */
static double last_seconds(const char *text, size_t n)
{
    size_t at = n - 1;
    while (at > 0 && text[at - 1] != '\n')
        at--;
    for (int commas = 0; commas < 3 && at < n; at++)
        commas += text[at] == ',';
    if (at >= n || text[at] < '0' || text[at] > '9')    /* strtod also takes words, and skips newlines */
        return 0;
    double seconds = strtod(text + at, NULL);
    return seconds <= MOST_SECONDS ? seconds : 0;
}

/* Restores the log to its state just after `step`. */
static bool prepare(Log *log, const char *header, long step, Err *err)
{
    const char *path = log->path;
    FileData old = { 0 };
    FilePart part = { header, strlen(header) };
    if (step >= 0 && file_exists(path)) {
        if (!file_read(path, &old, err))
            return false;
        size_t n = kept(old.p, old.len, header, step);
        if (n)
            part = (FilePart){ old.p, n };
        if (n > strlen(header))
            log->seconds = last_seconds(old.p, n);
    }
    bool ok = file_replace(path, &part, 1, err);
    file_free(&old);
    return ok;
}

bool log_is_one(const char *path, const char *header, Err *err)
{
    char   start[512];
    size_t most = strlen(header), n;
    if (!file_start(path, start, most < sizeof start ? most : sizeof start, &n, err))
        return false;
    return memcmp(start, header, n) == 0 ||
           err_set(err, "%s already exists and is not a log of this program", path);
}

bool log_open_columns(Log *log, const char *path, const char *header, long step, Err *err)
{
    *log = (Log){ .fd = -1 };
    snprintf(log->path, sizeof log->path, "%s", path);
    if (!prepare(log, header, step, err))
        return false;
    log->fd = file_open(path, O_WRONLY | O_APPEND);
    return log->fd >= 0 || err_set(err, "cannot write to %s: %s", path, file_why(errno));
}

bool log_open(Log *log, const char *path, long step, Err *err)
{
    return log_open_columns(log, path, log_header, step, err);
}

/* Half a line would be a row of wrong numbers. A pipe keeps what it got. */
static bool take_back(Log *log, size_t written, Err *err)
{
    int   why = errno;
    off_t end = written ? lseek(log->fd, 0, SEEK_END) : -1;
    if (end >= (off_t)written)
        (void)!ftruncate(log->fd, end - (off_t)written);
    return err_set(err, "cannot write to %s: %s", log->path, file_why(why));
}

bool log_append(Log *log, const char *text, size_t n, Err *err)
{
    for (size_t at = 0; at < n;) {
        ssize_t done = write(log->fd, text + at, n - at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return take_back(log, at, err);
        at += (size_t)done;
    }
    return true;
}

bool log_force(Log *log, Err *err)
{
    return file_force(log->fd) || err_set(err, "cannot save %s: %s", log->path, file_why(errno));
}

/* Some locales write a decimal comma, which would add a column. */
static int number(char *out, size_t room, const char *format, double x)
{
    int n = isnan(x) ? 0 : snprintf(out, room, format, x);
    for (char *p = out; p < out + n; p++)
        if (*p == ',')
            *p = '.';
    return n;
}

size_t log_line(const LogRow *r, char out[LOG_LINE])
{
    const struct { const char *format; double x; } fields[] = {
        { "%.0f", (double)r->step }, { "%.4f", r->epoch }, { "%.0f", r->tokens }, { "%.3f", r->seconds },
        { "%.6e", r->lr }, { "%.6f", r->train_loss }, { "%.6f", r->val_loss }, { "%.5e", r->grad_norm },
        { "%.5e", r->grad_embedding }, { "%.5e", r->grad_qkv }, { "%.5e", r->grad_attention_out },
        { "%.5e", r->grad_mlp }, { "%.5e", r->grad_output }, { "%.0f", r->tokens_per_second },
    };
    enum { N = sizeof fields / sizeof *fields };
    size_t at = 0;
    for (size_t i = 0; i < N; i++) {
        at += (size_t)number(out + at, LOG_LINE - at, fields[i].format, fields[i].x);
        out[at++] = i + 1 < N ? ',' : '\n';
    }
    return at;
}

bool log_write(Log *log, const LogRow *row, Err *err)
{
    char line[LOG_LINE];
    return log_append(log, line, log_line(row, line), err);
}

bool log_close(Log *log, Err *err)
{
    int fd = log->fd;
    log->fd = -1;
    return fd < 0 || file_close(fd) || err_set(err, "cannot finish %s: %s", log->path, file_why(errno));
}
