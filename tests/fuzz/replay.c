/* Runs a fuzz target over the files of folders, as TAP.
 *
 *   replay FOLDER … */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "t.h"

#define INPUT_MAX ((size_t)1 << 20)

static bool replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(INPUT_MAX);
    bool ok = f != NULL && data != NULL;
    size_t n = ok ? fread(data, 1, INPUT_MAX, f) : 0;
    /* Exactly as many bytes as there are, for the sanitizer. */
    uint8_t *exact = ok ? malloc(n > 0 ? n : 1) : NULL;
    if (exact != NULL) {
        memcpy(exact, data, n);
        LLVMFuzzerTestOneInput(exact, n);
    }
    free(exact);
    free(data);
    if (f != NULL)
        fclose(f);
    return exact != NULL;
}

/* How many files were replayed. */
static size_t replay_folder(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *e;
    size_t n = 0, bad = 0;
    char path[4096];
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        n++;
        bad += !replay_file(path);
    }
    if (d != NULL)
        closedir(d);
    return bad > 0 ? 0 : n;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t n = replay_folder(argv[i]);
        t_ok(n > 0, "the corpus of a fuzz target is replayed");
        printf("# %zu inputs\n", n);
    }
    return t_done();
}
