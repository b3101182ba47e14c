/* The courier's part: recipients whose connector can be told. */
#include "gateway.h"
#include "notice.h"
#include "notice_sql.h"
#include "str.h"

static st done(struct job_cx *jc, const char *state, const char *reason)
{
    struct notice_done_in in = { .notice = jc->job.object, .state = str_c(state), .reason = str_c(reason) };
    return job_command(jc, CMD_NOTICE_DONE, "done", &in, NULL);
}

/* Everything is told for the person's rights: it goes out under a restriction too, and stands in the ledger as that. */
static st tell_one(struct job_cx *jc, const struct gateway *gw, const struct notice_get_row *n,
                   const struct notice_customers_row *m)
{
    static const enum column_id fields[] = { COL_mandate_customer, COL_person_email };
    struct gateway_correct c = { .request = n->uid };
    struct notice_person_row p;
    bool erased = str_eq(n->kind, S("erased"));
    TRY(notice_person(jc->gate.db, jc->gate.arena, &(struct notice_person_in){ n->person_id }, &p));
    TRY(job_disclose(jc, gw->recipient, PURPOSE_RIGHTS, fields, erased ? 1 : COUNT(fields), "recipient_notice", n->uid));
    TRY(gate_use(&jc->gate, COL_mandate_customer, PURPOSE_RIGHTS, m->uid, m->customer, &c.customer));
    TRY(job_outbound(jc, gw->recipient, PURPOSE_RIGHTS, "recipient_notice", n->uid));
    if (erased)
        return gw->forget(jc, c.customer, S(""));
    TRY(gate_use(&jc->gate, COL_person_email, PURPOSE_RIGHTS, p.uid, p.email, &c.email));
    return gw->correct(jc, &c);
}

static st tell_gateway(struct job_cx *jc, const struct gateway *gw, const struct notice_get_row *n)
{
    struct notice_customers_rows rows;
    struct notice_customers_in in = { n->person_id, str_c(gw->name) };
    bool erased = str_eq(n->kind, S("erased"));
    if ((erased && !gw->forget) || (!erased && (!gw->correct || !str_eq(n->kind, S("corrected")))))
        return done(jc, "task", "");
    TRY(notice_customers(jc->gate.db, jc->gate.arena, &in, &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (rows.v[i].customer)
            TRY(tell_one(jc, gw, n, &rows.v[i]));
    /* What belongs to a payment that was made stays with it there, as it does here. */
    return rows.n > 0 ? done(jc, "told", "") : done(jc, "impossible", "no_record");
}

st notice_job_send(struct job_cx *jc)
{
    struct notice_get_row n;
    TRY(notice_get(jc->gate.db, jc->gate.arena, &(struct notice_get_in){ jc->job.object }, &n));
    if (!str_eq(n.state, S("queued")))
        return ST_OK;
    const struct gateway *gw;
    enum recipient to;
    if (!recipient_find(n.recipient, &to) || gateway_of(to, &gw) != ST_OK)
        return done(jc, "task", "");
    st s = tell_gateway(jc, gw, &n);
    if (s == ST_SEALED) /* the key is gone: nobody can say any more under which name they have it */
        return done(jc, "impossible", "no_record");
    if (s == ST_OK || !jc->result.give_up)
        return s;
    jc->result.give_up = false;
    return done(jc, "task", "refused"); /* it will not take it: a person has to */
}
