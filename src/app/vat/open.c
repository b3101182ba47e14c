/* The process's own book: the files that the configuration names, or what ships with the program. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config_keys.h"
#include "file.h"
#include "reference_vat.h"
#include "str.h"
#include "vat.h"
#include "vies.h"

#define MOST_BYTES (512u << 10)
#define BOOK_MEMORY (8u << 20)

static struct {
    const struct vat_book *book; /* what decisions are made by; read-only once set */
} vat;

/* A table that the operator wrote. */
static st read_table(struct arena *a, str path, str *text, const char **name, struct vat_fault *fault)
{
    *name = str_z(a, path);
    st s = file_read(a, path, MOST_BYTES, text);
    if (s == ST_OK)
        return ST_OK;
    snprintf(fault->text, sizeof(fault->text), "%.100s: %s", *name ? *name : "",
             s == ST_TOO_LARGE ? "the file is too long" : strerror(errno));
    return s == ST_NO_MEMORY ? s : ST_CONFIG;
}

/* Words of the configuration that only this feature understands. */
static st check_words(const struct config *c, struct vat_fault *fault)
{
    enum vat_oss oss;
    const char *wrong = NULL;
    if (vat_oss_parse(c->vat.oss, &oss) != ST_OK)
        wrong = "vat.oss should be none, union or non-union";
    else if (!str_eq(c->vat.check, S("none")) && !str_eq(c->vat.check, S("vies")))
        wrong = "vat.check should be none or vies";
    else if (!str_empty(c->vat.vies_url) && !vies_base_allowed(c->vat.vies_url))
        wrong = "vat.vies_url should begin with https:// (or be on this machine)";
    if (wrong)
        snprintf(fault->text, sizeof(fault->text), "%s", wrong);
    return wrong ? ST_CONFIG : ST_OK;
}

st vat_book_open(struct arena *a, const struct config *c, struct vat_fault *fault)
{
    struct vat_sources from = { reference_vat_rates, reference_vat_territories, "vat_rates.txt", "vat_territories.txt" };
    TRY(check_words(c, fault));
    if (!str_empty(c->vat.rates))
        TRY(read_table(a, c->vat.rates, &from.rates, &from.rates_name, fault));
    if (!str_empty(c->vat.territories))
        TRY(read_table(a, c->vat.territories, &from.territories, &from.territories_name, fault));
    return vat_book_read(a, &from, &vat.book, fault);
}

const struct vat_book *vat_book(void)
{
    if (vat.book)
        return vat.book;
    struct vat_fault fault;
    struct vat_sources from = { reference_vat_rates, reference_vat_territories, "vat_rates.txt", "vat_territories.txt" };
    struct arena *a = arena_lasting(BOOK_MEMORY);
    if (a && vat_book_read(a, &from, &vat.book, &fault) != ST_OK) {
        arena_free(a);
        vat.book = NULL;
    }
    return vat.book;
}
