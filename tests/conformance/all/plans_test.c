/* No statement goes through a table that grows: SQLite says how it would run each of them on the program's schema, and
 * what is read from one end to the other must be small by nature or stand in the list below with its reason. */
#include "all_stmts.h"
#include "migrate.h"
#include "str.h"
#include "t.h"

#include <sqlite3.h>
#include <string.h>

/* Tables that stay small however many customers there are. */
static const char *const small[] = { "product", "product_option", "price", "schema_version", "statement_version", "setting",
                                     "invoice_series", "rights_count", "promise" };

/* Statements that may: the first words of their name, and why. */
static const struct {
    const char *name, *why;
} allowed[] = {
    { "catalogue_shop", "prices of the few products there are" },
    { "staff_product_prices", "the same" },
    { "command_event_last", "the newest row, from the end of the table" },
    { "fraud_history", "a subquery of a hundred rows at most" },
    { "fraud_person", "the same" },
    { "fraud_traces_oldest", "a thousand rows from the front of the table" },
    { "promise_result_sweep", "a list of two thousand at most" },
    { "promise_outbound_sweep", "the same" },
    { "look_ancient", "the index rights_request_open holds only what is open" },
    { "look_job_texts", "five hundred rows from the end of the table" },
    { "look_last_session", "the newest row, from the end of the table" },
    { "bank_page_statements", "ten rows from the end of the table" },
    { "staff_counts", "the index rhythm_parked holds only what waits for staff" },
    { "account_visitor_sweep", "a list of ten thousand at most" },
    { "command_idem_sweep", "the same" },
    { "coupon_miss_sweep", "the same" },
    { "export_chunk_origins", "the pieces of one copy" },
    { "consent_lapse", "a list of five hundred at most" },
    { "announce_requeue", "what was being sent when a courier ended: a thousand at most" },
    { "announce_set_unclear", "the same" },
    { "coupon_uncount", "a list of one order's coupons" },
    { "retention_un", "a list of a thousand at most" },
    { "keys_of_codes", "one row for each class and month" },
    { "keys_of_codes_gone", "the same" },
    { "retention_holds_live", "holds in force, which are few" },
    { "retention_runs_open", "runs that are not finished: one, or two" },
    { "coupon_recount", "a list of one order's coupons" },
    { "trial_fill_used", "asked once, of a system that is empty or is refused" },
};

static bool is_allowed(str name)
{
    for (size_t i = 0; i < COUNT(allowed); i++)
        if (str_starts(name, str_c(allowed[i].name)))
            return true;
    return false;
}

static bool is_small(const char *table)
{
    size_t n = strcspn(table, " ");
    for (size_t i = 0; i < COUNT(small); i++)
        if (strlen(small[i]) == n && strncmp(small[i], table, n) == 0)
            return true;
    return false;
}

/* One line of the plan: does it promise work that grows? */
static bool grows(const char *line)
{
    if (strncmp(line, "SCAN ", 5) == 0 && strncmp(line + 5, "CONSTANT ROW", 12) != 0)
        return !is_small(line + 5);
    /* A list is made whole before the first row is looked for in it. */
    return strstr(line, "AUTOMATIC") != NULL || strstr(line, "LIST SUBQUERY") != NULL;
}

static void check(sqlite3 *db, const struct stmt *s)
{
    char text[8192], name[120], found[200] = "";
    sqlite3_stmt *q = NULL;
    snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %.*s", STR_ARG(s->sqlite));
    snprintf(name, sizeof name, "%.*s", STR_ARG(s->name));
    if (sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK) {
        t_ok(false, name);
        printf("# %s\n", sqlite3_errmsg(db));
        return;
    }
    while (sqlite3_step(q) == SQLITE_ROW) { /* the fourth column is the plan's line */
        const char *line = (const char *)sqlite3_column_text(q, 3);
        if (grows(line))
            snprintf(found, sizeof found, "%s", line);
    }
    sqlite3_finalize(q);
    if (!t_ok(!found[0] || is_allowed(s->name), name))
        printf("# %s\n", found);
}

int main(void)
{
    sqlite3 *db = NULL;
    t_need(sqlite3_open(":memory:", &db) == SQLITE_OK);
    for (size_t i = 0; i < migrations_n; i++)
        t_ok(sqlite3_exec(db, migrations[i].sqlite.p, NULL, NULL, NULL) == SQLITE_OK, "the schema");
    for (size_t i = 0; i < all_stmts_n; i++)
        for (size_t k = 0; k < *all_stmts[i].n; k++)
            check(db, all_stmts[i].v[k]);
    sqlite3_close(db);
    return t_done();
}
