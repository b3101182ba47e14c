/* The statement, the schema, the forms, the addresses and the connectors of the program that is running, and the database it is
 * running on, say the same. */
#include "promise.h"

#include "catalog.h"
#include "config_keys.h"
#include "gateway.h"
#include "migrate.h"
#include "privacy.h"
#include "provision.h"
#include "retention.h"
#include "statement.h"
#include "store.h"
#include "str.h"

/* Columns that the database has and the program does not know, and the other way. */
static st columns(struct promise_look *l, int64_t *wrong)
{
    struct db_columns there;
    TRY(db_columns(l->gate.db, l->gate.arena, &there));
    for (size_t i = 0; i < there.n; i++) {
        enum column_id col;
        if (!column_find(there.v[i], &col)) {
            ++*wrong;
            promise_evidence(l, "column %.*s is not in the schema", STR_ARG(there.v[i]));
        }
    }
    for (size_t c = 0; c < column_catalog_n; c++) {
        const struct column_info *info = &column_catalog[c];
        str name = str_fmt(l->gate.arena, "%.*s.%.*s", STR_ARG(info->table), STR_ARG(info->name));
        bool found = false;
        for (size_t i = 0; i < there.n && !found; i++)
            found = str_eq(there.v[i], name);
        if (!found) {
            ++*wrong;
            promise_evidence(l, "column %.*s is missing", STR_ARG(name));
        }
    }
    promise_number(l, "columns", (int64_t)there.n);
    return ST_OK;
}

/* Somebody the statement names as told, whom no part of the program tells. */
static bool connected(enum recipient to)
{
    static const enum recipient own[] = { RECIPIENT_MAIL_RELAY, RECIPIENT_VIES, RECIPIENT_BANK };
    str name = str_c(recipient_info[to].name);
    const struct gateway *gw;
    const struct provision_module *m;
    for (size_t i = 0; i < COUNT(own); i++)
        if (own[i] == to)
            return true;
    if (str_starts(name, S("gateway_")))
        return gateway_find(str_sub(name, 8, name.n), &gw) == ST_OK && gw->recipient == to;
    return provision_find(S("exec"), &m) == ST_OK && m->recipient == to;
}

static st connectors(struct promise_look *l, int64_t *wrong)
{
    str problem = S("");
    for (int i = 0; i < RECIPIENT_COUNT; i++)
        if (statement_recipient(l->gate.statement, (enum recipient)i) && !connected((enum recipient)i)) {
            ++*wrong;
            promise_evidence(l, "nothing tells %s", recipient_info[i].name);
        }
    st how = gateway_check(l->gate.arena, l->config, l->gate.statement, &problem);
    if (how == ST_RULES || how == ST_CONFIG) {
        ++*wrong;
        promise_evidence(l, "a gateway is offered that the statement does not cover");
        return ST_OK;
    }
    return how;
}

st promise_check_agree(struct promise_look *l)
{
    struct findings f;
    int64_t wrong = 0;
    int at = 0;
    findings_init(&f, l->gate.arena);
    st how = privacy_check(l->gate.statement, &f);
    if (how == ST_OK)
        how = retention_check(l->gate.statement, &f);
    if (how != ST_OK && how != ST_RULES)
        return how;
    for (size_t i = 0; i < f.n; i++)
        if (f.v[i].level == FINDING_ERROR) {
            wrong++;
            promise_evidence(l, "%.*s: %.*s", STR_ARG(f.v[i].where), STR_ARG(f.v[i].what));
        }
    how = migrate_check(l->gate.db, l->gate.arena, &at);
    if (how == ST_SCHEMA) {
        wrong++;
        promise_evidence(l, "the database is not at the program's schema: %d", at);
    } else
        TRY(how);
    TRY(columns(l, &wrong));
    TRY(connectors(l, &wrong));
    promise_number(l, "wrong", wrong);
    promise_say(l, wrong == 0);
    return ST_OK;
}
