#include "same.h"

#include "clock.h"
#include "codec.h"
#include "hash.h"
#include "str.h"

#define LEAST 4        /* letters and digits of a name that tell anybody apart */
#define ACCOUNT_TAIL 8 /* an IBAN of the United Kingdom ends with the account number that other formats give alone */

static const char *const words[BANK_TRAITS] = { "reference", "account", "name" };

/* Letters and digits alone, in capitals: spaces and case differ between formats. */
static str bare(struct arena *a, str s)
{
    struct out o;
    out_init(&o, a, s.n + 1);
    str up = str_upper(a, s);
    for (size_t i = 0; i < up.n; i++)
        if ((up.p[i] >= 'A' && up.p[i] <= 'Z') || (up.p[i] >= '0' && up.p[i] <= '9') || (uint8_t)up.p[i] >= 0x80)
            out_byte(&o, up.p[i]);
    return out_view(&o);
}

static str said(struct arena *a, enum bank_trait kind, const struct bank_line *l, const struct bank_references *refs)
{
    if (kind == BANK_TRAIT_REFERENCE)
        return refs->n == 1 ? refs->v[0] : S("");
    str s = bare(a, kind == BANK_TRAIT_ACCOUNT ? l->account : l->name);
    if (kind == BANK_TRAIT_ACCOUNT)
        return s.n >= ACCOUNT_TAIL ? str_sub(s, s.n - ACCOUNT_TAIL, s.n) : S("");
    return s.n >= LEAST ? s : S("");
}

st bank_traits_of(struct gate *g, const struct bank_line *l, const struct bank_references *refs, struct bank_traits *out)
{
    *out = (struct bank_traits){ 0 };
    for (int k = 0; k < BANK_TRAITS; k++) {
        uint8_t digest[32];
        str what = said(g->arena, (enum bank_trait)k, l, refs);
        out->codes[k] = S("");
        if (str_empty(what))
            continue;
        str all = str_fmt(g->arena, "trait|%s|%.*s|%lld|%.*s", words[k], STR_ARG(l->currency), (long long)l->amount, STR_ARG(what));
        if (arena_failed(g->arena))
            return ST_NO_MEMORY;
        hash_plain(all, digest);
        TRY(gate_blind(g, COL_bank_trait_code, hex_fmt(g->arena, digest, sizeof digest), &out->codes[k]));
    }
    return ST_OK;
}

static date value_of(const struct bank_line *l)
{
    return (date){ (int32_t)(l->value ? l->value : l->booked) };
}

st bank_same_nt(struct cx *cx, const struct bank_line *l, const struct bank_traits *t, str format, str code, bool *same)
{
    struct bank_alias_by_code_row known;
    st seen = bank_alias_by_code(CX_DB(cx), CX_ARENA(cx), &(struct bank_alias_by_code_in){ code }, &known);
    *same = seen == ST_OK;
    if (seen != ST_NOT_FOUND)
        return seen;
    struct bank_trait_same_rows rows = { 0 };
    for (int k = 0; k < BANK_TRAITS && rows.n == 0; k++)
        if (!str_empty(t->codes[k]))
            TRY(bank_trait_same(CX_DB(cx), CX_ARENA(cx), &(struct bank_trait_same_in){
                .code = t->codes[k], .format = format, .booked = { (int32_t)l->booked }, .value = value_of(l) }, &rows));
    *same = rows.n > 0;
    return rows.n == 0 ? ST_OK : bank_alias_add(CX_DB(cx), &(struct bank_alias_add_in){
        .code = code, .entry = rows.v[0].entry_id, .format = format }, NULL);
}

st bank_traits_keep_nt(struct cx *cx, const struct bank_line *l, const struct bank_traits *t, int64_t entry)
{
    for (int k = 0; k < BANK_TRAITS; k++)
        if (!str_empty(t->codes[k]))
            TRY(bank_trait_add(CX_DB(cx), &(struct bank_trait_add_in){
                .entry = entry, .kind = str_c(words[k]), .code = t->codes[k], .booked = { (int32_t)l->booked },
                .value = value_of(l) }, NULL));
    return ST_OK;
}
