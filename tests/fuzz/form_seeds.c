/* Writes what fuzzing forms starts from: every form of registry/forms.reg filled in well, and the dictionary of names and
 * choices.
 *
 *   form_seeds FOLDER DICTIONARY */
#include <stdio.h>

#include "form.h"
#include "str.h"

static const char *sample(const struct field *f)
{
    switch (f->type) {
    case F_EMAIL:
        return "ann%40example.com";
    case F_TEL:
        return "%2B44+20+7946+0123";
    case F_COUNTRY:
        return "GB";
    case F_POSTCODE:
        return "gu1+3xz";
    case F_VAT_NUMBER:
        return "GB980780684";
    case F_HOSTNAME:
        return "www.Example.com";
    case F_CHOICE:
        return f->choices ? f->choices[0] : "1";
    case F_CHECK:
    case F_COUNT:
        return "1";
    case F_MONEY:
        return "12.50";
    case F_DATE:
        return "2026-11-23";
    case F_UID:
        return "00000000000000000000000001";
    case F_SLUG:
        return "starter";
    case F_CURRENCY:
        return "GBP";
    case F_TEXT:
    case F_LINES:
    case F_PASSWORD:
    case F_HIDDEN:
    case F_FILE:
        break;
    }
    return "Zo%C3%AB+Example+of+a+text";
}

static bool write_form(const char *folder, const struct form *f)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, f->name);
    FILE *out = fopen(path, "wb");
    if (!out)
        return false;
    fputc((int)f->id, out);
    fputc(0, out);
    for (size_t i = 0; i < f->n; i++)
        fprintf(out, "%s%s=%s", i ? "&" : "", f->fields[i].name, sample(&f->fields[i]));
    return fclose(out) == 0;
}

static void write_words(FILE *out, const struct form *f)
{
    for (size_t i = 0; i < f->n; i++) {
        fprintf(out, "\"%s=\"\n\"%s\"\n", f->fields[i].name, sample(&f->fields[i]));
        for (size_t c = 0; f->fields[i].choices && f->fields[i].choices[c]; c++)
            fprintf(out, "\"%s\"\n", f->fields[i].choices[c]);
    }
}

int main(int argc, char **argv)
{
    FILE *words = argc == 3 ? fopen(argv[2], "w") : NULL;
    bool ok = words != NULL;
    for (size_t i = 0; ok && i < FORM_COUNT; i++) {
        ok = write_form(argv[1], &forms[i]);
        write_words(words, &forms[i]);
    }
    if (words)
        ok = fclose(words) == 0 && ok;
    if (!ok)
        fprintf(stderr, "usage: form_seeds FOLDER DICTIONARY, both to be written to\n");
    return ok ? 0 : 1;
}
