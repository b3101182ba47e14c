/* The job "vat.check": the number of one order goes to VIES, and the answer to the writer. Runs in the courier. */
#include "config_keys.h"
#include "job.h"
#include "record.h"
#include "str.h"
#include "vat_sql.h"
#include "vies.h"

static const enum column_id told[] = { COL_vat_check_number };

/* First the ledger, then the first byte. */
static st disclose(struct job_cx *cx, uid order)
{
    struct disclosure d = { .to = RECIPIENT_VIES, .purpose = PURPOSE_PLACE, .fields = told, .n = COUNT(told),
                            .person = cx->job.person, .ref_kind = "orders", .ref = order };
    TRY(gate_disclose_check(&cx->gate, &d));
    struct disclosure_record_in in = { .person = cx->job.person, .recipient = S("vies"), .purpose = S("place"),
                                       .fields = S("vat_check.number"), .ref_kind = S("orders"), .ref = order };
    return job_command(cx, CMD_DISCLOSURE_RECORD, "disclosure", &in, NULL);
}

static st report(struct job_cx *cx, const char *result, str reference, const char *name_match)
{
    struct vat_checked_in in = { .order = cx->job.object, .result = str_c(result), .service = S("vies"),
                                 .reference = reference, .name_match = str_c(name_match) };
    return job_command(cx, CMD_VAT_CHECKED, "answer", &in, NULL);
}

/* Our own number, when VIES knows its state: only then does the answer carry an identifier. */
static void own_number(struct job_cx *cx, struct vies_question *q)
{
    struct vat_number own;
    if (vat_number_judge(cx->gate.arena, cx->config->company.vat_number, &own) != ST_OK)
        return;
    if (own.valid && vat_checkable(&cx->gate, cx->config, &own)) {
        q->own_state = own.prefix;
        q->own_number = str_sub(own.text, own.prefix.n, own.text.n);
    }
}

static st match_name(struct job_cx *cx, str holder, const char **match)
{
    struct vat_person_company_row row;
    str company, full_name;
    TRY(vat_person_company(cx->gate.db, cx->gate.arena, &(struct vat_person_company_in){ .id = cx->job.person }, &row));
    TRY(gate_use(&cx->gate, COL_person_company, PURPOSE_PLACE, row.uid, row.company, &company));
    TRY(gate_use(&cx->gate, COL_person_full_name, PURPOSE_PLACE, row.uid, row.full_name, &full_name));
    *match = vies_name_match(cx->gate.arena, holder, company, full_name);
    return ST_OK;
}

static st ask(struct job_cx *cx, const struct vat_number *number, uid order)
{
    struct vies_question q = { .base = cx->config->vat.vies_url, .state = number->prefix,
                               .number = str_sub(number->text, number->prefix.n, number->text.n) };
    struct vies_answer answer;
    const char *match = "not_given";
    own_number(cx, &q);
    if (!str_empty(q.base) && !vies_base_allowed(q.base))
        return job_give_up(cx, ST_CONFIG, "vies_address_refused");
    TRY(disclose(cx, order));
    TRY(job_outbound(cx, RECIPIENT_VIES, PURPOSE_PLACE, "orders", order));
    TRY(vies_ask(cx->gate.arena, &q, &answer));
    if (answer.result == VIES_UNKNOWN)
        return cx->job.attempt < VAT_CHECK_TRIES ? job_fail(cx, ST_UPSTREAM, answer.problem)
                                                 : report(cx, "unknown", S(""), match);
    if (answer.result == VIES_VALID)
        TRY(match_name(cx, answer.name, &match));
    return report(cx, answer.result == VIES_VALID ? "valid" : "invalid", answer.reference, match);
}

st vat_job_check(struct job_cx *cx)
{
    struct vat_order_row_row order;
    struct vat_check_newest_row check;
    struct vat_number number;
    str plain;
    TRY(vat_order_row(cx->gate.db, cx->gate.arena, &(struct vat_order_row_in){ .id = cx->job.object }, &order));
    TRY(vat_check_newest(cx->gate.db, cx->gate.arena, &(struct vat_check_newest_in){ .order = cx->job.object }, &check));
    if (!str_eq(order.status, S("pending")) || !str_eq(check.result, S("pending")))
        return ST_OK; /* cancelled, or answered before */
    TRY(gate_use(&cx->gate, COL_vat_check_number, PURPOSE_PLACE, check.uid, check.number, &plain));
    TRY(vat_number_judge(cx->gate.arena, plain, &number));
    if (!vat_checkable(&cx->gate, cx->config, &number))
        return report(cx, "unknown", S(""), "not_given"); /* switched off since: VAT is charged */
    return ask(cx, &number, order.uid);
}
