/* How things become due: one line for each table, kind and trigger. The recipe is in HACKING.md, "A retention trigger". */
#include "due.h"
#include "retention.h"

#include "due_sql.h"
#include "finding.h"
#include "str.h"

/* RULE(table, category, trigger, statement of the owning feature) */
#define RULES(RULE)                                                                      \
    RULE(person, account, AFTER_ACCOUNT_CLOSED, account_due_closed)                      \
    RULE(session, security, AFTER_RECORDED, account_due_sessions)                        \
    RULE(profile, profile, AFTER_RECORDED, profiling_due_made)                           \
    RULE(profile_look, browsing, AFTER_RECORDED, profiling_due_looked)                   \
    RULE(orders, order_check, AFTER_ORDER_PLACED, order_due_checks)                      \
    RULE(order_line, service, AFTER_SERVICE_ENDED, order_due_lines)                      \
    RULE(service, service, AFTER_SERVICE_ENDED, service_due_ended)                       \
    RULE(invoice, invoice, AFTER_FINANCIAL_YEAR_END, invoice_due_books)                  \
    RULE(invoice, invoice, AFTER_SUPPLY_YEAR_END, invoice_due_oss)                       \
    RULE(bank_entry, payer, AFTER_FINANCIAL_YEAR_END, bank_due_entries)                  \
    RULE(fraud_check, screening, AFTER_ORDER_PLACED, fraud_due_accepted)                 \
    RULE(fraud_check, screening, AFTER_ORDER_HELD, fraud_due_held)                       \
    RULE(rights_request, requests, AFTER_REQUEST_CLOSED, rights_due_requests)            \
    RULE(rights_entry, replies, AFTER_REQUEST_CLOSED, rights_due_requests_replies)       \
    RULE(rights_change, replies, AFTER_REQUEST_CLOSED, rights_due_requests_decisions)    \
    RULE(rights_request, requests, AFTER_COMPLAINT_CLOSED, rights_due_complaints)        \
    RULE(rights_entry, replies, AFTER_COMPLAINT_CLOSED, rights_due_complaints_replies)   \
    RULE(rights_change, replies, AFTER_COMPLAINT_CLOSED, rights_due_complaints_decisions)\
    RULE(consent, consent, AFTER_CONSENT_USED, consent_due_given)                        \
    RULE(consent, consent, AFTER_CONSENT_USED, consent_due_withdrawn)                    \
    RULE(consent, consent, AFTER_CONSENT_USED, consent_due_lapsed)                       \
    RULE(mail_choice, consent, AFTER_CONSENT_USED, consent_due_choices)                  \
    RULE(subscriber, newsletter, AFTER_UNCONFIRMED, consent_due_unconfirmed)             \
    RULE(subscriber, newsletter, AFTER_UNCONFIRMED, consent_due_left)                    \
    RULE(legal_hold, hold, AFTER_HOLD_LIFTED, retention_due_holds)

#define DECLARE(table, category, trigger, list) extern const struct stmt stmt_##list;
RULES(DECLARE)
#undef DECLARE
#define ROW(table, category, trigger, list) { TABLE_##table, SI(#category), trigger, &stmt_##list },
const struct due_rule due_rules[] = { RULES(ROW) };
#undef ROW
const size_t due_rules_n = COUNT(due_rules);

#define WITH(of, of_category, table, category, rows) { TABLE_##of, SI(#of_category), TABLE_##table, SI(#category), &stmt_##rows }
const struct due_with due_with[] = {
    WITH(person, account, mandate, mandate, due_mandates),
    WITH(person, account, trial_use, account, due_trials),
    WITH(person, account, restriction, restriction, due_restrictions),
    WITH(person, account, restriction_claim, restriction, due_claims),
    WITH(person, account, recipient_notice, restriction, due_notices),
    WITH(person, account, email_change, account, due_addresses),
    WITH(orders, order_check, fraud_trace, order_check, due_traces),
    WITH(service, service, order_line, service, due_lines_of_service),
    WITH(service, service, cancellation, service, due_cancellations),
    WITH(invoice, invoice, orders, order, due_order_of_invoice),
    WITH(invoice, invoice, vat_decision, tax_evidence, due_vat_of_invoice),
    WITH(invoice, invoice, vat_check, tax_evidence, due_checks_of_invoice),
    WITH(invoice, invoice, payment, tax_evidence, due_payments_of_invoice),
};
const size_t due_with_n = COUNT(due_with);

#define ALSO(of, of_category, table, remove, left) { TABLE_##of, SI(#of_category), TABLE_##table, &stmt_##remove, &stmt_##left }
const struct due_also due_also[] = {
    ALSO(person, account, search_code, due_codes_remove, due_codes_left),
    ALSO(person, account, mail_token, due_links_remove, due_links_left),
    ALSO(person, account, job, due_jobs_remove, due_jobs_left),
    ALSO(person, account, session, due_sessions_end, due_sessions_left),
    ALSO(person, account, consent, due_consents_end, due_consents_left),
    ALSO(person, account, mail_choice, due_choices_end, due_choices_left),
    ALSO(person, account, mail_link, due_mail_links_remove, due_mail_links_left),
    ALSO(person, account, export, due_exports_end, due_exports_left),
    ALSO(bank_entry, payer, bank_trait, due_traits_remove, due_traits_left),
    ALSO(bank_entry, payer, bank_alias, due_aliases_remove, due_aliases_left),
};
const size_t due_also_n = COUNT(due_also);

const struct due_elsewhere due_elsewhere[] = {
    { TABLE_basket_line, SI("service"), AFTER_BASKET_CHANGED, CMD_BASKET_EXPIRE },
    { TABLE_suppression, SI("suppression"), AFTER_MARKETING_ENDED, CMD_RETENTION_STEP },       /* marketing.c */
    { TABLE_announcement_send, SI("suppression"), AFTER_MARKETING_ENDED, CMD_RETENTION_STEP }, /* marketing.c */
    { TABLE_export_chunk, SI("export"), AFTER_RECORDED, CMD_EXPORT_SWEEP },
};
const size_t due_elsewhere_n = COUNT(due_elsewhere);

/* ---- what belongs together ------------------------------------------------------------------------------------- */

bool due_class_of(const struct statement *s, enum table_id table, str category, size_t *life)
{
    for (size_t i = 0; i < column_catalog_n; i++)
        if (column_catalog[i].table_no == table && str_eq(column_catalog[i].category, category) &&
            statement_life_of(s, (enum column_id)i, life))
            return true;
    return false;
}

bool due_in_class(const struct statement *s, const struct dispose_part *p, size_t life)
{
    size_t its;
    return due_class_of(s, p->table, p->category, &its) && its == life;
}

/* Does something end this part: a rule of its own, a row it goes with, a row it stands under, or another command? */
static bool has_rule(const struct statement *s, enum table_id table, size_t life)
{
    size_t its;
    str name;
    for (size_t i = 0; i < due_rules_n; i++)
        if (due_rules[i].table == table && due_class_of(s, table, due_rules[i].category, &its) && its == life)
            for (size_t e = 0; e < statement_life(s, life).n_ends; e++)
                if (statement_life_end(s, life, e, &name) == due_rules[i].after)
                    return true;
    for (size_t i = 0; i < due_elsewhere_n; i++)
        if (due_elsewhere[i].table == table && due_class_of(s, table, due_elsewhere[i].category, &its) && its == life)
            return true;
    return false;
}

static bool goes_with(const struct statement *s, enum table_id table, size_t life)
{
    size_t its;
    for (size_t i = 0; i < due_with_n; i++)
        if (due_with[i].table == table && due_class_of(s, table, due_with[i].category, &its) && its == life &&
            due_class_of(s, due_with[i].of, due_with[i].of_category, &its) && its == life)
            return true;
    for (size_t i = 0; i < due_also_n; i++)
        if (due_also[i].table == table && due_class_of(s, due_also[i].of, due_also[i].of_category, &its) && its == life)
            return true;
    return false;
}

static bool is_ended(const struct statement *s, enum table_id table, size_t life, int depth)
{
    if (has_rule(s, table, life) || goes_with(s, table, life))
        return true;
    for (size_t i = 0; i < dispose_catalog_n && depth < 4; i++) {
        const struct dispose_part *p = &dispose_catalog[i];
        size_t above;
        if (p->table != table || !p->under || !due_in_class(s, p, life))
            continue;
        for (size_t k = 0; k < dispose_catalog_n; k++)
            if (dispose_catalog[k].table == p->owner && due_class_of(s, p->owner, dispose_catalog[k].category, &above) &&
                above == life && is_ended(s, p->owner, life, depth + 1))
                return true;
    }
    return false;
}

/* ---- the check ------------------------------------------------------------------------------------------------- */

static st said(struct findings *f, str where, str what, str instead)
{
    finding_error(f, S("retention"), 0, where, what, instead);
    return arena_failed(f->arena) ? ST_NO_MEMORY : ST_OK;
}

static bool something_ends(const struct statement *s, size_t life, enum trigger after)
{
    size_t its;
    for (size_t i = 0; i < due_rules_n; i++)
        if (due_rules[i].after == after && due_class_of(s, due_rules[i].table, due_rules[i].category, &its) && its == life)
            return true;
    for (size_t i = 0; i < due_elsewhere_n; i++)
        if (due_elsewhere[i].after == after &&
            due_class_of(s, due_elsewhere[i].table, due_elsewhere[i].category, &its) && its == life)
            return true;
    return false;
}

static st due_check_all(const struct statement *s, struct findings *f)
{
    for (size_t i = 0; i < column_catalog_n; i++) {
        const struct column_info *c = &column_catalog[i];
        size_t life;
        if (!statement_life_of(s, (enum column_id)i, &life) || is_ended(s, c->table_no, life, 0))
            continue;
        TRY(said(f, str_fmt(f->arena, "%.*s.%.*s", STR_ARG(c->table), STR_ARG(c->name)),
                 str_fmt(f->arena, "nothing ends what is kept here under the class '%.*s'", STR_ARG(statement_life(s, life).name)),
                 S("Give the class an end that this table has a rule for in src/app/retention/due.c, or add the rule.")));
    }
    for (size_t l = 0; l < statement_lives(s); l++)
        for (size_t e = 0; e < statement_life(s, l).n_ends; e++) {
            str name;
            enum trigger after = statement_life_end(s, l, e, &name);
            if (something_ends(s, l, after))
                continue;
            TRY(said(f, str_fmt(f->arena, "retention.%.*s.ends.%.*s", STR_ARG(statement_life(s, l).name), STR_ARG(name)),
                     str_fmt(f->arena, "'%s' never comes for anything of this class", trigger_info[after].name),
                     S("Take this end out, or use an event that something in the class knows.")));
        }
    return ST_OK;
}

st retention_check(const struct statement *s, struct findings *f)
{
    size_t before = f->errors;
    TRY(due_check_all(s, f));
    return f->errors > before ? ST_RULES : ST_OK;
}
