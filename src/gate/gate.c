/* The gates: every personal value goes through one of these functions, and each asks the statement first. */
#include "gate.h"

#include "catalog.h"
#include "clock.h"
#include "codec.h"
#include "gate_sql.h"
#include "hash.h"
#include "log.h"
#include "out.h"
#include "restricted.h"
#include "rnd.h"
#include "seal.h"
#include "sealed.h"
#include "statement.h"
#include "str.h"
#include "vault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DISCLOSED_FIELDS_MOST 1000 /* characters, as command disclosure.record has them */

_Static_assert(SEAL_KEY == VAULT_KEY, "the vault's keys are sealing keys");

str gate_why(const struct gate *g)
{
    return str_c(g->why);
}

/* Keep the reason for whoever reports the refusal: names of the program only, never a value. */
static st PRINTF(2, 3) refuse(struct gate *g, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(g->why, sizeof(g->why), fmt, args);
    va_end(args);
    log_event(LOG_WARN, "statement-refused", "version=%lld", (long long)g->statement_id);
    return ST_STATEMENT;
}

/* The person's own no. It is nothing to be looked into, so the log is spared it. */
static st PRINTF(2, 3) hold_back(struct gate *g, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(g->why, sizeof(g->why), fmt, args);
    va_end(args);
    return ST_RESTRICTED;
}

st gate_person(struct gate *g, int64_t person, enum purpose purpose)
{
    uint64_t no;
    TRY(BUG_UNLESS((unsigned)purpose < PURPOSE_COUNT));
    TRY(gate_refused(g, person, &no));
    if (!(no >> purpose & 1))
        return ST_OK;
    return hold_back(g, "the person restricted their data or objected: nothing of it for '%s'", purpose_info[purpose].name);
}

bool gate_clause(const struct gate *g, enum clause c)
{
    return statement_clause(g->statement, c);
}

bool gate_may_collect(const struct gate *g, enum column_id col, enum point point)
{
    return statement_may_collect(g->statement, col, point);
}

bool gate_may_use(const struct gate *g, enum column_id col, enum purpose purpose)
{
    return statement_may_use(g->statement, col, purpose);
}

static str column_name(enum column_id col)
{
    return column_catalog[col].full;
}

/* A column that holds a personal value: anything else handed to a gate is our fault. */
static st personal(enum column_id col, bool sealed)
{
    TRY(BUG_UNLESS((size_t)col < column_catalog_n));
    TRY(BUG_UNLESS(column_catalog[col].kind == PD_VALUE));
    return BUG_UNLESS(column_catalog[col].sealed == sealed);
}

/* Something that it is asked for must be left: what is kept for a duty, or for the person's rights, may still come in. */
static st collect_restricted(struct gate *g, const struct collect *c)
{
    uint64_t no;
    TRY(gate_refused(g, c->person, &no));
    if (!no || statement_asked_for(g->statement, c->col, c->point) & ~no)
        return ST_OK;
    str name = column_name(c->col);
    return hold_back(g, "the person restricted their data or objected: '%.*s' is not collected at '%s'", STR_ARG(name),
                     point_info[c->point].name);
}

static st collect_check(struct gate *g, const struct collect *c)
{
    if (statement_may_collect_from(g->statement, c->col, c->point, c->source))
        return collect_restricted(g, c);
    str name = column_name(c->col);
    if ((unsigned)c->point >= POINT_COUNT || (unsigned)c->source >= SOURCE_COUNT)
        return log_bug(__FILE__, __LINE__, "no such point or source");
    return refuse(g, "the statement lets '%.*s' not be collected at '%s' from '%s'", STR_ARG(name),
                  point_info[c->point].name, source_info[c->source].name);
}

/* What is sealed under it from now on is as restricted as the rest. */
static st key_is_new(struct gate *g, int64_t person)
{
    uint64_t no;
    struct gate_restricted_last_row last;
    TRY(gate_refused(g, person, &no));
    if (!no)
        return ST_OK;
    TRY(gate_restricted_last(g->db, g->arena, &last));
    restricted_changed(g->restricted);
    return gate_restricted_anew(g->db, &(struct gate_restricted_anew_in){ .person = person, .seq = last.seq + 1 }, NULL);
}

static void forget_remembered(struct gate *g)
{
    for (size_t i = 0; i < COUNT(g->memo); i++)
        g->memo[i].person = 0;
}

/* The key that this command has just used for the person and class, or 0. */
static int64_t remembered(struct gate *g, int64_t person, str class)
{
    if (g->memo_rollbacks != db_rollbacks(g->db)) {
        forget_remembered(g);
        g->memo_rollbacks = db_rollbacks(g->db);
    }
    for (size_t i = 0; i < COUNT(g->memo); i++)
        if (g->memo[i].person == person && str_eq((str){ g->memo[i].class, g->memo[i].n }, class))
            return g->memo[i].id;
    return 0;
}

static void remember(struct gate *g, int64_t person, str class, int64_t id)
{
    struct gate_key_memo *m = &g->memo[g->memo_next % COUNT(g->memo)];
    if (class.n > sizeof m->class)
        return;
    g->memo_next++;
    *m = (struct gate_key_memo){ .person = person, .id = id, .n = class.n };
    memcpy(m->class, class.p, class.n);
}

static st key_of_person(struct gate *g, int64_t person, str class, int64_t *id)
{
    struct gate_key_row row;
    st found = gate_key(g->db, g->arena, &(struct gate_key_in){ .person = person, .class = class }, &row);
    if (found == ST_OK)
        *id = row.key_id;
    if (found != ST_NOT_FOUND)
        return found;
    TRY(vault_key_new(g->vault, id));
    TRY(gate_key_add(g->db, &(struct gate_key_add_in){ .person = person, .class = class, .key = *id, .at = g->now }, NULL));
    return key_is_new(g, person);
}

st gate_key_end_nt(struct gate *g, int64_t person, str class)
{
    struct gate_key_row row;
    st found = gate_key(g->db, g->arena, &(struct gate_key_in){ .person = person, .class = class }, &row);
    if (found == ST_NOT_FOUND)
        return ST_OK;
    TRY(found);
    TRY(gate_key_drop(g->db, &(struct gate_key_drop_in){ .person = person, .class = class }, NULL));
    forget_remembered(g);
    return vault_key_destroy(g->vault, row.key_id);
}

/* The person's key for the column's retention class, and its epoch when it has any; made, and made durable in the vault, at
 * first use. */
static st person_key(struct gate *g, int64_t person, str class, int64_t *id)
{
    *id = remembered(g, person, class);
    if (*id != 0)
        return ST_OK;
    TRY(key_of_person(g, person, class, id));
    remember(g, person, class, *id);
    return ST_OK;
}

static st origin_nt(struct gate *g, const struct collect *c)
{
    return gate_origin_put(g->db, &(struct gate_origin_put_in){
        .row = { (const char *)c->row.b, sizeof(c->row.b) }, .col = column_name(c->col), .person = c->person,
        .point = str_c(point_info[c->point].name), .source = str_c(source_info[c->source].name),
        .statement = g->statement_id, .at = g->now }, NULL);
}

st gate_collect_nt(struct gate *g, const struct collect *c, str plain, const struct sealed **out)
{
    TRY(personal(c->col, true));
    TRY(BUG_UNLESS(c->person > 0 && !uid_zero(c->row)));
    if (plain.n == 0) {
        *out = NULL;
        return arena_failed(g->arena) ? ST_NO_MEMORY : ST_OK; /* what found no room looks empty */
    }
    TRY(collect_check(g, c));
    struct seal_place place = { .column = column_name(c->col), .row = c->row };
    const uint8_t *key;
    struct sealed *made = NEW(g->arena, struct sealed);
    if (!made)
        return ST_NO_MEMORY;
    str class = statement_key_class(g->statement, g->arena, c->col, date_london(g->now));
    if (str_empty(class))
        return ST_NO_MEMORY; /* every personal column has one, so there was no room for its epoch */
    TRY(person_key(g, c->person, class, &place.key_id));
    TRY(vault_key_open(g->vault, place.key_id, &key));
    TRY(seal_close(g->arena, key, &place, plain, &made->bytes));
    TRY(origin_nt(g, c));
    *out = made;
    return ST_OK;
}

st gate_collect_clear_nt(struct gate *g, const struct collect *c, str plain)
{
    TRY(personal(c->col, false));
    TRY(BUG_UNLESS(c->person > 0 && !uid_zero(c->row)));
    if (plain.n == 0)
        return arena_failed(g->arena) ? ST_NO_MEMORY : ST_OK;
    TRY(collect_check(g, c));
    return origin_nt(g, c);
}

st gate_use(struct gate *g, enum column_id col, enum purpose purpose, uid row, const struct sealed *value, str *plain)
{
    TRY(personal(col, true));
    TRY(BUG_UNLESS((unsigned)purpose < PURPOSE_COUNT));
    if (!value) {
        *plain = S("");
        return ST_OK;
    }
    struct seal_place place = { .column = column_name(col), .row = row };
    if (!statement_may_use(g->statement, col, purpose))
        return refuse(g, "the statement lets '%.*s' not be used for '%s'", STR_ARG(place.column), purpose_info[purpose].name);
    const uint8_t *key;
    uint64_t no;
    TRY(seal_key_id(value->bytes, &place.key_id));
    TRY(gate_refused_key(g, place.key_id, &no));
    if (no >> purpose & 1)
        return hold_back(g, "the person restricted their data or objected: '%.*s' is not used for '%s'",
                         STR_ARG(place.column), purpose_info[purpose].name);
    TRY(vault_key_open(g->vault, place.key_id, &key));
    return seal_open(g->arena, key, &place, value->bytes, plain);
}

st gate_key_id(const struct sealed *value, int64_t *key_id)
{
    return seal_key_id(value->bytes, key_id);
}

st gate_last_code(struct gate *g, enum column_id col, uid row, const struct sealed *value, int64_t with_key, str *code)
{
    TRY(personal(col, true));
    struct seal_place place = { .column = column_name(col), .row = row };
    uint8_t *bytes = NEWN(g->arena, uint8_t, VAULT_BLIND);
    const uint8_t *key;
    str plain;
    if (!bytes)
        return ST_NO_MEMORY;
    TRY(seal_key_id(value->bytes, &place.key_id));
    TRY(vault_key_open(g->vault, place.key_id, &key));
    TRY(seal_open(g->arena, key, &place, value->bytes, &plain));
    TRY(vault_key_open(g->vault, with_key, &key));
    hash_keyed(key, str_fmt(g->arena, "%.*s|%.*s", STR_ARG(place.column), STR_ARG(plain)), bytes, VAULT_BLIND);
    secret_wipe((void *)(uintptr_t)plain.p, plain.n);
    *code = (str){ (const char *)bytes, VAULT_BLIND };
    return arena_failed(g->arena) ? ST_NO_MEMORY : ST_OK;
}

bool gate_is_sealed(const struct sealed *value, int64_t *key_id)
{
    return value->bytes.n > SEAL_OVERHEAD && seal_key_id(value->bytes, key_id) == ST_OK && *key_id > 0;
}

st gate_blind(struct gate *g, enum column_id col, str folded, str *code)
{
    TRY(BUG_UNLESS((size_t)col < column_catalog_n));
    const struct column_info *c = &column_catalog[col];
    TRY(BUG_UNLESS(c->kind == PD_VALUE || c->kind == PD_BLIND));
    if (statement_class(g->statement, col).n == 0)
        return refuse(g, "the statement does not know what '%.*s.%.*s' holds", STR_ARG(c->table), STR_ARG(c->name));
    uint8_t *bytes = NEWN(g->arena, uint8_t, VAULT_BLIND);
    str domain = str_fmt(g->arena, "%.*s.%.*s", STR_ARG(c->category), STR_ARG(c->field));
    if (!bytes || domain.n == 0)
        return ST_NO_MEMORY;
    TRY(vault_blind(g->vault, domain, folded, bytes));
    *code = (str){ (const char *)bytes, VAULT_BLIND };
    return ST_OK;
}

st gate_disclose_check(struct gate *g, const struct disclosure *d)
{
    TRY(BUG_UNLESS((unsigned)d->to < RECIPIENT_COUNT && (unsigned)d->purpose < PURPOSE_COUNT));
    const char *to = recipient_info[d->to].name, *purpose = purpose_info[d->purpose].name;
    if (!statement_may_tell(g->statement, d->to, d->purpose))
        return refuse(g, "the statement lets '%s' be told nothing for '%s'", to, purpose);
    for (size_t i = 0; i < d->n; i++) {
        TRY(BUG_UNLESS((size_t)d->fields[i] < column_catalog_n));
        str name = column_name(d->fields[i]);
        if (!statement_may_disclose(g->statement, d->fields[i], d->to, d->purpose))
            return refuse(g, "the statement lets '%.*s' not be told to '%s' for '%s'", STR_ARG(name), to, purpose);
    }
    return d->person > 0 ? gate_person(g, d->person, d->purpose) : ST_OK;
}

st gate_disclose_nt(struct gate *g, const struct disclosure *d)
{
    struct out fields;
    TRY(gate_disclose_check(g, d));
    TRY(BUG_UNLESS(d->person > 0));
    out_init(&fields, g->arena, DISCLOSED_FIELDS_MOST);
    for (size_t i = 0; i < d->n; i++) {
        out_str(&fields, i ? S(",") : S(""));
        out_str(&fields, column_name(d->fields[i]));
    }
    TRY(out_st(&fields));
    return gate_disclosed(g->db, &(struct gate_disclosed_in){
        .uid = rnd_uid(), .person = d->person, .recipient = str_c(recipient_info[d->to].name),
        .purpose = str_c(purpose_info[d->purpose].name),
        .basis = str_c(basis_info[statement_basis(g->statement, d->purpose)].name), .fields = out_view(&fields),
        .ref_kind = str_c(d->ref_kind), .ref_uid = { (const char *)d->ref.b, sizeof(d->ref.b) },
        .statement = g->statement_id, .at = g->now }, NULL);
}
