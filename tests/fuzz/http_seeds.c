/* Writes the requests of tests/http/requests.h as files, whole and cut small: what fuzzing starts from.
 *
 *   http_seeds FOLDER */
#include <stdio.h>

#include "requests.h"

static bool write_seed(const char *folder, const char *kind, size_t number, uint8_t first, const struct raw_request *r)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s-%03zu", folder, kind, number);
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        return false;
    bool ok = fputc(first, f) != EOF && fwrite(r->p, 1, r->n, f) == r->n;
    return fclose(f) == 0 && ok;
}

int main(int argc, char **argv)
{
    bool ok = argc == 2;
    for (size_t i = 0; ok && i < COUNT(hostile); i++)
        ok = write_seed(argv[1], "hostile", i, (uint8_t)(i % 128), &hostile[i]);
    for (size_t i = 0; ok && i < COUNT(good); i++)
        ok = write_seed(argv[1], "good", i, (uint8_t)(i % 128), &good[i]);
    if (!ok)
        fprintf(stderr, "http_seeds: the folder cannot be written to\n");
    return ok ? 0 : 1;
}
