#include "text/kind.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum { SAMPLE = 1 << 16, LEAST = 64, CONTROL_SHARE = 50, FAR = 1024 };

/* A signature of n bytes at an offset. */
typedef struct Signature {
    size_t      at, n;
    const char *bytes;
    TextKind    kind;
} Signature;

static const char pdf[] = "pdftotext %s %s.txt", gunzip[] = "gunzip -c %s > %s", unzip[] = "unzip %s";
static const char ocr[] = "tesseract %s %s";

static const Signature signatures[] = {
    { 0, 2, "\x1f\x8b", { "compressed with gzip", gunzip } },
    { 0, 4, "PK\3\4", { "a ZIP archive (.zip, .docx, .odt or .epub)", unzip } },
    { 0, 3, "BZh", { "compressed with bzip2", "bunzip2 -c %s > %s" } },
    { 0, 6, "\xfd" "7zXZ\0", { "compressed with xz", "xz -dc %s > %s" } },
    { 0, 4, "\x28\xb5\x2f\xfd", { "compressed with zstd", "zstd -dc %s > %s" } },
    { 0, 6, "7z\xbc\xaf\x27\x1c", { "a 7z archive", "7z x %s" } },
    { 0, 6, "Rar!\x1a\7", { "a RAR archive", "unrar x %s" } },
    { 257, 5, "ustar", { "a tar archive", "tar -xf %s" } },
    { 0, 8, "\x89PNG\r\n\x1a\n", { "a PNG image", ocr } },
    { 0, 3, "\xff\xd8\xff", { "a JPEG image", ocr } },
    { 0, 4, "GIF8", { "a GIF image", ocr } },
    { 0, 4, "II*\0", { "a TIFF image", ocr } },
    { 0, 4, "MM\0*", { "a TIFF image", ocr } },
    { 8, 4, "WEBP", { "a WebP image", ocr } },
    { 8, 4, "WAVE", { "a sound file", NULL } },
    { 4, 4, "ftyp", { "a video or an image (MP4, HEIC)", NULL } },
    { 0, 4, "OggS", { "a sound file", NULL } },
    { 0, 3, "ID3", { "a sound file", NULL } },
    { 0, 4, "fLaC", { "a sound file", NULL } },
    { 0, 4, "\x7f" "ELF", { "a program", NULL } },
    { 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", { "an old Word, Excel or PowerPoint file", "antiword %s > %s.txt" } },
    { 0, 5, "{\\rtf", { "an RTF document", "unrtf --text %s > %s.txt" } },
    { 0, 15, "SQLite format 3", { "an SQLite database", "sqlite3 %s .dump > %s.txt" } },
    { 0, 4, "PAR1", { "a Parquet file", NULL } },
    { 0, 6, "\x93NUMPY", { "a NumPy array", NULL } },
    { 0, 4, "GGUF", { "a model (GGUF)", NULL } },
    { 0, 5, "\211heed", { "a model", NULL } },
};

static bool has(const char *s, size_t n, size_t at, const char *bytes, size_t len)
{
    return n >= at + len && memcmp(s + at, bytes, len) == 0;
}

/* PDF allows other bytes before its mark. */
static bool is_pdf(const char *s, size_t n)
{
    for (size_t i = 0; i < FAR && i + 5 <= n && (i == 0 || s[i - 1] == '\n' || s[i - 1] == '\r'); i++)
        if (has(s, n, i, "%PDF-", 5))
            return true;
    return false;
}

/* --- UTF-16 and UTF-32 --- */

static TextKind wide(const char *is, const char *command) { return (TextKind){ is, command }; }

static TextKind by_mark(const char *s, size_t n)
{
    if (has(s, n, 0, "\xff\xfe\0\0", 4) || has(s, n, 0, "\0\0\xfe\xff", 4))
        return wide("UTF-32", "iconv -f UTF-32 -t UTF-8 %s > %s-utf8.txt");
    if (has(s, n, 0, "\xff\xfe", 2) || has(s, n, 0, "\xfe\xff", 2))
        return wide("UTF-16", "iconv -f UTF-16 -t UTF-8 %s > %s-utf8.txt");
    return (TextKind){ 0 };
}

/* Without a mark: zero bytes stand at one place of two, or at two or three of four. Letters beyond ASCII leave few,
 * those of blanks and line ends, and all at one place. */
static TextKind by_zeros(const char *s, size_t n)
{
    enum { FEWEST = 50, CLEAR = 400, OTHERS = 20, PLENTY = 3 };
    size_t zeros[4] = { 0 }, all = 0;
    for (size_t i = 0; i < n; i++)
        if (s[i] == '\0') {
            zeros[i % 4]++;
            all++;
        }
    size_t even = zeros[0] + zeros[2], odd = zeros[1] + zeros[3], each = n / 4 - n / 4 / PLENTY;
    bool few = all < n / FEWEST + 1, clear = (even == 0 || odd == 0) && all > n / CLEAR + 1;
    if (n < LEAST / 4 || (few && !clear))
        return (TextKind){ 0 };
    if (zeros[3] >= each && zeros[2] >= each && zeros[0] <= n / OTHERS)
        return wide("UTF-32 without a mark", "iconv -f UTF-32LE -t UTF-8 %s > %s-utf8.txt");
    if (zeros[0] >= each && zeros[1] >= each && zeros[3] <= n / OTHERS)
        return wide("UTF-32 without a mark", "iconv -f UTF-32BE -t UTF-8 %s > %s-utf8.txt");
    if (even <= odd / OTHERS)
        return wide("UTF-16 without a mark", "iconv -f UTF-16LE -t UTF-8 %s > %s-utf8.txt");
    if (odd <= even / OTHERS)
        return wide("UTF-16 without a mark", "iconv -f UTF-16BE -t UTF-8 %s > %s-utf8.txt");
    return (TextKind){ 0 };
}

/* Units of two bytes that no text has: control characters, surrogates that stand alone, non-characters. Also counts
 * blanks and line ends. */
static size_t bad_units(const char *s, size_t n, bool big, size_t *blanks)
{
    size_t bad = 0;
    *blanks = 0;
    bool   high = false;
    for (size_t i = 0; i + 1 < n; i += 2) {
        unsigned first = (unsigned char)s[i + big], unit = (unsigned)(unsigned char)s[i + !big] << 8 | first;
        bool     low = unit >= 0xdc00 && unit < 0xe000;
        bad += low != high || (unit < 0x20 && (unit < 9 || unit > 13)) || unit >= 0xfffe || unit - 0x7f < 0x21;
        high = unit >= 0xd800 && unit < 0xdc00;
        *blanks += unit == ' ' || unit == '\n' || unit == 0x3000;
    }
    return bad;
}

/* Does one byte make up a third of those at even or at odd places, as the upper byte of a script's letters does? In
 * ASCII no character is that frequent. */
static bool one_block(const char *s, size_t n)
{
    size_t count[2][256] = { { 0 } };
    for (size_t i = 0; i < n; i++)
        if (++count[i % 2][(unsigned char)s[i]] > n / 6)
            return true;
    return false;
}

/* Scripts with zero bytes at both places, few: letters of one block of 256, or bytes of all values. */
static TextKind by_units(const char *s, size_t n)
{
    enum { FEWEST = 400, HIGH = 10, MOST_BAD = 1000 };
    size_t zeros = 0, high = 0, blanks[2], little = bad_units(s, n, false, &blanks[0]);
    size_t big = bad_units(s, n, true, &blanks[1]);
    for (size_t i = 0; i < n; i++) {
        zeros += s[i] == '\0';
        high += (unsigned char)s[i] >= 0x80;
    }
    if (n < LEAST || zeros <= n / FEWEST || (high < n / HIGH && !one_block(s, n)) ||
        (little < big ? little : big) > n / MOST_BAD)
        return (TextKind){ 0 };
    bool is_little = little < big || (little == big && blanks[0] > blanks[1]);
    return wide("UTF-16 without a mark", is_little ? "iconv -f UTF-16LE -t UTF-8 %s > %s-utf8.txt" :
                                                     "iconv -f UTF-16BE -t UTF-8 %s > %s-utf8.txt");
}

/* --- Binary --- */

/* Control characters that no text uses: not those from tab to carriage return, backspace, escape or Ctrl-Z. */
static size_t controls(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        count += c < 8 || (c > 13 && c < 32 && c != 26 && c != 27) || c == 127;
    }
    return count;
}

/* One in CONTROL_SHARE characters, in the first, the middle or the last part: a text may precede what is none. */
static bool is_binary(const char *s, size_t n)
{
    size_t m = n < SAMPLE ? n : SAMPLE;
    const size_t from[] = { 0, (n - m) / 2, n - m };
    for (int i = 0; i < 3; i++)
        if (n >= LEAST && controls(s + from[i], m) > m / CONTROL_SHARE)
            return true;
    return false;
}

TextKind text_kind(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (has(s, n, signatures[i].at, signatures[i].bytes, signatures[i].n))
            return signatures[i].kind;
    if (is_pdf(s, n))
        return (TextKind){ "a PDF document", pdf };
    TextKind kind = by_mark(s, n);
    if (!kind.is)
        kind = by_zeros(s, n < SAMPLE ? n : SAMPLE);
    if (!kind.is)
        kind = by_units(s, n < SAMPLE ? n : SAMPLE);
    if (!kind.is && is_binary(s, n))
        kind = (TextKind){ "mostly binary", NULL };
    return kind;
}

/* Office documents and books are ZIP archives. */
static const char *command_for(const TextKind *kind, const char *path)
{
    static const char *const documents[] = { ".docx", ".odt", ".epub" };
    size_t n = strlen(path);
    for (size_t i = 0; kind->command == unzip && i < sizeof documents / sizeof *documents; i++)
        if (n > strlen(documents[i]) && strcmp(path + n - strlen(documents[i]), documents[i]) == 0)
            return "pandoc -t plain %s -o %s.txt";
    return kind->command;
}

/* Names that a shell would split or expand stand as FILE. */
static const char *in_command(const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-+,:@%";
    return *path == '-' || path[strspn(path, plain)] || strlen(path) > 80 ? "FILE" : path;
}

/* The path without its suffix; another name than the path if the command writes to it. */
static void stem_of(const char *path, const char *command, char *stem, size_t size)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    bool drop = dot && dot > path && dot[-1] != '/';
    snprintf(stem, size, "%.*s%s", drop ? (int)(dot - path) : (int)strlen(path), path,
             drop || !strstr(command, "> %s") || strstr(command, ".txt") ? "" : ".txt");
}

bool text_kind_check(const char *path, const char *s, size_t n, Err *err)
{
    TextKind kind = text_kind(s, n);
    char     stem[100], made[240] = "";
    if (!kind.is)
        return true;
    const char *command = command_for(&kind, path), *name = in_command(path);
    if (command) {
        stem_of(name, command, stem, sizeof stem);
        snprintf(made, sizeof made, command, name, stem);
    }
    return err_set(err, "%.200s is %s, not text%s%s", strcmp(path, "-") ? path : "standard input", kind.is,
                   command ? ": make text of it with " : "", made);
}
