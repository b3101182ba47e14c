/* Deciding an order, and deciding it again when its VAT number was checked. */
#include "book.h"
#include "config_keys.h"
#include "order.h"
#include "record.h"
#include "rnd.h"
#include "str.h"
#include "vat_sql.h"

bool vat_checkable(const struct gate *g, const struct config *c, const struct vat_number *n)
{
    bool state = str_eq(n->country, S("XI")) || (!str_empty(n->country) && vat_zone(vat_book(), n->country) == VAT_ZONE_EU);
    return state && n->valid && gate_clause(g, CLAUSE_S8) && str_eq(c->vat.check, S("vies"));
}

/* What the service or staff said, or that an answer is awaited; the number is copied, so that the record stands alone. */
static st keep_check(struct cx *cx, const struct vat_order *o, struct vat_check_add_in *in, bool from_service)
{
    in->uid = rnd_uid();
    in->person = o->person;
    in->order = o->order;
    in->at = cx->gate.now;
    struct collect number = { .col = COL_vat_check_number, .point = from_service ? POINT_VATCHECK : POINT_DERIVED,
                              .source = from_service ? SOURCE_VIES : SOURCE_PROGRAM, .person = o->person, .row = in->uid };
    TRY(gate_collect_nt(&cx->gate, &number, o->number, &in->number));
    return vat_check_add(CX_DB(cx), in, NULL);
}

static st await_check(struct cx *cx, const struct vat_order *o)
{
    struct vat_check_add_in in = { .result = S("pending"), .service = S("vies"), .reference = S(""),
                                   .name_match = S("not_given") };
    TRY(keep_check(cx, o, &in, false));
    return cx_job_nt(cx, S("vat.check"), str_fmt(CX_ARENA(cx), "vat.check:%lld", (long long)o->order), o->person, o->order,
                     cx->gate.now);
}

st vat_check_again_nt(struct cx *cx, int64_t person, int64_t order)
{
    str key = str_fmt(CX_ARENA(cx), "vat.check:%lld:again", (long long)order);
    return cx_job_nt(cx, S("vat.check"), key, person, order, cx->gate.now);
}

st vat_decide_order_nt(struct cx *cx, const struct vat_order *o, struct vat_order_outcome *out)
{
    struct vat_number n;
    struct vat_standing standing = { VAT_CHECK_NONE, "" };
    TRY(vat_number_judge(CX_ARENA(cx), o->number, &n));
    if (o->business && vat_checkable(&cx->gate, cx->config, &n))
        standing.check = VAT_CHECK_UNKNOWN;
    TRY(vat_record_nt(cx, o, &standing, out));
    return out->status == VAT_PENDING ? await_check(cx, o) : ST_OK;
}

st vat_order_known(struct gate *g, int64_t order, struct vat_order *out)
{
    return vat_record_load(g, order, out);
}

/* ---- the answer ---- */

/* Which check the answer amounts to. A number that is valid for somebody of another name confirms nothing: it goes on
 * waiting for staff (282/2011 art 18(1)(a): name and address belong to the confirmation). No answer at the last
 * try means that VAT is charged. */
static st read_answer(struct cx *cx, const struct vat_checked_in *in, enum vat_check *check)
{
    TRY(vat_check_parse(in->result, check));
    if (*check == VAT_CHECK_NONE)
        return cx_invalid(cx, "result", "err.choice");
    bool withdrawn = cx->actor.kind == ACTOR_SYSTEM && !gate_clause(&cx->gate, CLAUSE_S8);
    if (*check == VAT_CHECK_UNKNOWN || withdrawn)
        *check = VAT_CHECK_NONE;
    else if (*check == VAT_CHECK_VALID && str_eq(in->name_match, S("no")) && cx->actor.kind == ACTOR_SYSTEM)
        *check = VAT_CHECK_UNKNOWN;
    return ST_OK;
}

st cmd_vat_checked(struct cx *cx, const struct vat_checked_in *in, struct vat_checked_out *out)
{
    (void)out;
    struct vat_order o;
    struct vat_order_outcome before, after;
    enum vat_check check;
    TRY(read_answer(cx, in, &check));
    TRY(vat_order_get(CX_DB(cx), CX_ARENA(cx), in->order, &before));
    if (before.status != VAT_PENDING) {
        cx->message = "vat.not_waiting";
        return cx->actor.kind == ACTOR_SYSTEM ? ST_OK : ST_CONFLICT; /* a late answer changes nothing */
    }
    TRY(vat_record_load(&cx->gate, in->order, &o));
    bool staff = cx->actor.kind == ACTOR_STAFF;
    struct vat_check_add_in row = { .result = in->result, .service = staff ? S("staff") : in->service,
                                    .reference = in->reference,
                                    .name_match = str_empty(in->name_match) ? S("not_given") : in->name_match };
    TRY(keep_check(cx, &o, &row, !staff && gate_clause(&cx->gate, CLAUSE_S8)));
    struct vat_standing standing = { check, check == VAT_CHECK_VALID ? staff ? "staff" : "vies" : "" };
    TRY(vat_record_nt(cx, &o, &standing, &after));
    TRY(cx_event_nt(cx, EVENT_VAT_CHECKED, "orders", in->order, in->result));
    return order_vat_settled_nt(cx, in->order);
}
