#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

/* What fits, and one byte more to see that it was all. */
static st read_open(struct arena *a, FILE *f, size_t most, str *out)
{
    struct stat s;
    if (fstat(fileno(f), &s) != 0)
        return ST_IO;
    size_t size = s.st_size > 0 ? (size_t)s.st_size : 0;
    char *bytes = size > most ? NULL : NEWN(a, char, size + 1);
    if (!bytes)
        return size > most ? ST_TOO_LARGE : ST_NO_MEMORY;
    size_t n = fread(bytes, 1, size + 1, f);
    if (ferror(f))
        return ST_IO;
    *out = (str){ bytes, n };
    return n > size ? ST_TOO_LARGE : ST_OK; /* it grew meanwhile, or is no file with an end */
}

st file_read(struct arena *a, str path, size_t most, str *out)
{
    const char *z = str_z(a, path);
    if (!z)
        return ST_NO_MEMORY;
    FILE *f = fopen(z, "re");
    if (!f)
        return ST_IO;
    st s = read_open(a, f, most, out);
    int why = errno;
    fclose(f);
    errno = why;
    return s;
}
