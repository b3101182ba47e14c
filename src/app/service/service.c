/* Services: begun when the invoice is paid, changed by what people ask for and by what the platform answers. */
#include "service.h"

#include "catalogue.h"
#include "clock.h"
#include "codec.h"
#include "mail.h"
#include "provision.h"
#include "rhythm.h"
#include "rnd.h"
#include "service_sql.h"
#include "str.h"

date service_next_due(date from, str cycle)
{
    int months = catalogue_cycle_months(cycle);
    return months > 0 ? date_add_months(from, months) : DATE_NONE;
}

/* ---- beginning ------------------------------------------------------------------------------------------------- */

static st queue(struct cx *cx, const char *verb, int64_t person, int64_t service, str occasion)
{
    struct arena *a = CX_ARENA(cx);
    str kind = str_fmt(a, "service.%s", verb);
    str key = str_fmt(a, "service.%s/%lld/%.*s", verb, (long long)service, STR_ARG(occasion));
    return arena_failed(a) ? ST_NO_MEMORY : cx_job_nt(cx, kind, key, person, service, cx->gate.now);
}

static st start_unit(struct cx *cx, const struct service_units_row *l, int64_t unit, str hostname, date tax_point)
{
    struct service_of_unit_row there;
    st s = service_of_unit(CX_DB(cx), CX_ARENA(cx), &(struct service_of_unit_in){ .line = l->id, .unit = unit }, &there);
    if (s != ST_NOT_FOUND)
        return s; /* begun before */
    struct service_add_in in = { .uid = rnd_uid(), .person = l->person_id, .line = l->id, .unit = unit,
                                 .product = l->product_id, .package = l->package, .cycle = l->cycle,
                                 .next_due_on = l->trial_days > 0 ? date_add_days(tax_point, (int32_t)l->trial_days)
                                                                 : service_next_due(tax_point, l->cycle),
                                 .at = cx->gate.now };
    TRY(gate_collect_nt(&cx->gate, &(struct collect){
        .col = COL_service_hostname, .point = POINT_DERIVED, .source = SOURCE_PROGRAM, .person = l->person_id,
        .row = in.uid }, hostname, &in.hostname));
    struct service_add_row made;
    TRY(service_add(CX_DB(cx), CX_ARENA(cx), &in, &made));
    bool trial = l->trial_days > 0; /* nothing was charged yet, and the day it ends is the day it counts from */
    TRY(rhythm_begin_nt(cx, made.id, trial ? in.next_due_on : tax_point, trial ? 0 : 1));
    /* Without a module a person sets it up, and says so when it is done. */
    return str_eq(l->module, S("none")) ? ST_OK : queue(cx, "create", l->person_id, made.id, S("paid"));
}

/* Paid while the customer's data is restricted: the courier asks again (service.start) when that is lifted. */
static st start_later(struct cx *cx, int64_t person, int64_t order)
{
    str key = str_fmt(CX_ARENA(cx), "service.start/%lld", (long long)order);
    return cx_job_nt(cx, S("service.start"), key, person, order, cx->gate.now);
}

st cmd_service_start(struct cx *cx, const struct service_start_in *in, struct service_start_out *out)
{
    (void)out;
    return service_start_nt(cx, in->order, (date){ (int32_t)in->paid_on });
}

st service_job_start(struct job_cx *jc)
{
    TRY(gate_person(&jc->gate, jc->job.person, PURPOSE_CONTRACT));
    struct service_start_in in = { .order = jc->job.object, .paid_on = date_london(jc->gate.now).days };
    return job_command(jc, CMD_SERVICE_START, "start", &in, NULL);
}

st service_start_nt(struct cx *cx, int64_t order, date tax_point)
{
    struct service_units_rows lines;
    TRY(service_units(CX_DB(cx), CX_ARENA(cx), &(struct service_units_in){ .order = order }, &lines));
    st may = lines.n > 0 ? gate_person(&cx->gate, lines.v[0].person_id, PURPOSE_CONTRACT) : ST_OK;
    if (may == ST_RESTRICTED)
        return start_later(cx, lines.v[0].person_id, order);
    TRY(may);
    for (size_t i = 0; i < lines.n; i++) {
        const struct service_units_row *l = &lines.v[i];
        str hostname;
        TRY(gate_use(&cx->gate, COL_order_line_hostname, PURPOSE_CONTRACT, l->uid, l->hostname, &hostname));
        for (int64_t unit = 1; unit <= l->quantity; unit++)
            TRY(start_unit(cx, l, unit, hostname, tax_point));
    }
    return ST_OK;
}

/* ---- what people ask for --------------------------------------------------------------------------------------- */

/* In which states a verb makes sense, and whether customers may ask for it themselves. */
static const struct {
    enum provision_verb verb;
    const char *from[4];
    bool customer;
} rules[] = {
    { PROVISION_CREATE, { "pending" }, false },
    { PROVISION_SUSPEND, { "active" }, false },
    { PROVISION_UNSUSPEND, { "suspended" }, false },
    { PROVISION_TERMINATE, { "pending", "active", "suspended" }, false },
    { PROVISION_CHANGE_PACKAGE, { "active" }, false },
    { PROVISION_CHANGE_PASSWORD, { "active" }, true },
    { PROVISION_USAGE, { "active", "suspended" }, true },
};

static st allowed(struct cx *cx, enum provision_verb verb, str status)
{
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (rules[i].verb != verb || (cx->actor.kind == ACTOR_CUSTOMER && !rules[i].customer))
            continue;
        for (size_t k = 0; k < COUNT(rules[i].from) && rules[i].from[k]; k++)
            if (str_eq(status, str_c(rules[i].from[k])))
                return ST_OK;
        cx->message = "service.wrong_state";
        return ST_CONFLICT;
    }
    return cx_invalid(cx, "verb", "err.choice");
}

static bool is_package(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '_'))
            return false;
    return s.n > 0;
}

static st set_package(struct cx *cx, const struct service_by_uid_row *s, str package)
{
    if (!is_package(package))
        return cx_invalid(cx, "package", "err.slug");
    return service_set_package(CX_DB(cx), &(struct service_set_package_in){ .id = s->id, .package = package }, NULL);
}

/* A service without a module: what staff press, or the rhythm decides, is what has happened. */
static st by_hand(struct cx *cx, const struct service_by_uid_row *s, enum provision_verb verb, str package)
{
    static const struct {
        enum provision_verb verb;
        const char *status;
        enum event event;
    } steps[] = {
        { PROVISION_SUSPEND, "suspended", EVENT_SERVICE_SUSPENDED },
        { PROVISION_UNSUSPEND, "active", EVENT_SERVICE_UNSUSPENDED },
    };
    if (verb == PROVISION_CREATE) {
        TRY(service_set_active(CX_DB(cx), &(struct service_set_active_in){
            .id = s->id, .remote_ref = S(""), .at = cx->gate.now }, NULL));
        TRY(mail_queue_nt(cx, MAIL_service_ready, s->person_id, s->id, S("1")));
        return cx_event_nt(cx, EVENT_SERVICE_CREATED, "service", s->id, S("by hand"));
    }
    if (verb == PROVISION_TERMINATE) {
        TRY(service_set_ended(CX_DB(cx), &(struct service_set_ended_in){ .id = s->id, .at = cx->gate.now }, NULL));
        TRY(rhythm_ended_nt(cx, s->id));
        return cx_event_nt(cx, EVENT_SERVICE_TERMINATED, "service", s->id, S("by hand"));
    }
    if (verb == PROVISION_CHANGE_PACKAGE && !str_empty(package)) {
        TRY(set_package(cx, s, package));
        return cx_event_nt(cx, EVENT_SERVICE_CHANGED, "service", s->id, S("by hand"));
    }
    for (size_t i = 0; i < COUNT(steps); i++)
        if (steps[i].verb == verb) {
            TRY(service_set_status(CX_DB(cx), &(struct service_set_status_in){
                .id = s->id, .status = str_c(steps[i].status) }, NULL));
            return cx_event_nt(cx, steps[i].event, "service", s->id, S("by hand"));
        }
    return cx_invalid(cx, "verb", "err.choice");
}

static st do_verb(struct cx *cx, const struct service_by_uid_row *s, enum provision_verb verb, str package)
{
    TRY(allowed(cx, verb, s->status));
    if (str_eq(s->module, S("none")))
        return by_hand(cx, s, verb, package);
    struct service_busy_row busy;
    TRY(service_busy(CX_DB(cx), CX_ARENA(cx), &(struct service_busy_in){ .person = s->person_id, .service = s->id }, &busy));
    if (busy.jobs > 0) {
        cx->message = "service.busy";
        return ST_CONFLICT;
    }
    if (verb == PROVISION_CHANGE_PACKAGE)
        TRY(set_package(cx, s, package));
    TRY(queue(cx, provision_word(verb), s->person_id, s->id, uid_str(CX_ARENA(cx), rnd_uid())));
    return cx_event_nt(cx, EVENT_SERVICE_CHANGED, "service", s->id, str_c(provision_word(verb)));
}

st service_do_nt(struct cx *cx, uid service, enum provision_verb verb, str package)
{
    struct service_by_uid_row s;
    TRY(service_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct service_by_uid_in){ .uid = service }, &s));
    return do_verb(cx, &s, verb, package);
}

st service_package_nt(struct cx *cx, uid service, str package)
{
    struct service_by_uid_row s;
    TRY(service_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct service_by_uid_in){ .uid = service }, &s));
    bool hand = str_eq(s.module, S("none"));
    if (!hand || !str_empty(package)) /* what people set up need not have a name at a platform */
        TRY(set_package(cx, &s, package));
    if (!hand)
        TRY(queue(cx, provision_word(PROVISION_CHANGE_PACKAGE), s.person_id, s.id, uid_str(CX_ARENA(cx), rnd_uid())));
    return cx_event_nt(cx, EVENT_SERVICE_CHANGED, "service", s.id, str_c(provision_word(PROVISION_CHANGE_PACKAGE)));
}

st cmd_service_act(struct cx *cx, const struct service_act_in *in, struct service_act_out *out)
{
    (void)out;
    struct service_by_uid_row s;
    enum provision_verb verb;
    TRY(service_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct service_by_uid_in){ .uid = in->service }, &s));
    if (cx->actor.kind == ACTOR_CUSTOMER && s.person_id != cx->actor.person)
        return ST_NOT_FOUND;
    if (provision_parse(in->verb, &verb) != ST_OK)
        return cx_invalid(cx, "verb", "err.choice");
    return do_verb(cx, &s, verb, in->package);
}

/* ---- what the platform answers --------------------------------------------------------------------------------- */

struct reported {
    const struct service_report_in *in;
    struct service_get_row s;
};

static st seal(struct cx *cx, const struct reported *r, enum column_id col, str plain, const struct sealed **out)
{
    bool ours = col == COL_service_secret; /* made up here, and taken by the platform */
    return gate_collect_nt(&cx->gate, &(struct collect){
        .col = col, .point = ours ? POINT_DERIVED : POINT_PLATFORM, .source = ours ? SOURCE_PROGRAM : SOURCE_PLATFORM,
        .person = r->s.person_id, .row = r->s.uid }, plain, out);
}

static st created(struct cx *cx, const struct reported *r)
{
    struct service_set_active_in in = { .id = r->s.id, .remote_ref = r->in->remote_ref, .at = cx->gate.now };
    TRY(seal(cx, r, COL_service_username, r->in->username, &in.username));
    TRY(seal(cx, r, COL_service_secret, r->in->secret, &in.secret));
    TRY(seal(cx, r, COL_service_address, r->in->address, &in.address));
    int64_t changed = 0;
    TRY(service_set_active(CX_DB(cx), &in, &changed));
    if (changed != 1)
        return ST_CONFLICT; /* ended in the meantime */
    TRY(mail_queue_nt(cx, MAIL_service_ready, r->s.person_id, r->s.id, S("1")));
    return cx_event_nt(cx, EVENT_SERVICE_CREATED, "service", r->s.id, S(""));
}

static st step(struct cx *cx, const struct reported *r, const char *status, enum event event)
{
    TRY(service_set_status(CX_DB(cx), &(struct service_set_status_in){ .id = r->s.id, .status = str_c(status) }, NULL));
    return cx_event_nt(cx, event, "service", r->s.id, S(""));
}

static st new_secret(struct cx *cx, const struct reported *r)
{
    struct service_set_secret_in in = { .id = r->s.id };
    TRY(seal(cx, r, COL_service_secret, r->in->secret, &in.secret));
    return service_set_secret(CX_DB(cx), &in, NULL);
}

static st done(struct cx *cx, const struct reported *r, enum provision_verb verb)
{
    int64_t id = r->s.id;
    switch (verb) {
    case PROVISION_CREATE:
        return created(cx, r);
    case PROVISION_SUSPEND:
        return step(cx, r, "suspended", EVENT_SERVICE_SUSPENDED);
    case PROVISION_UNSUSPEND:
        return step(cx, r, "active", EVENT_SERVICE_UNSUSPENDED);
    case PROVISION_TERMINATE:
        TRY(service_set_ended(CX_DB(cx), &(struct service_set_ended_in){ .id = id, .at = cx->gate.now }, NULL));
        TRY(rhythm_ended_nt(cx, id));
        return cx_event_nt(cx, EVENT_SERVICE_TERMINATED, "service", id, S(""));
    case PROVISION_CHANGE_PASSWORD:
        return new_secret(cx, r);
    case PROVISION_USAGE:
        return service_set_usage(CX_DB(cx), &(struct service_set_usage_in){
            .id = id, .bytes = r->in->usage, .at = cx->gate.now }, NULL);
    case PROVISION_CHANGE_PACKAGE:
        return service_set_problem(CX_DB(cx), &(struct service_set_problem_in){ .id = id, .problem = S("") }, NULL);
    case PROVISION_TEST_CONNECTION:
    case PROVISION_VERBS:
        break;
    }
    return cx_invalid(cx, "verb", "err.choice");
}

/* A word and nothing else: what a platform says could hold anything. */
static str problem_word(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_'))
            return S("unknown_problem");
    return str_empty(s) ? S("unknown_problem") : s;
}

static st failed(struct cx *cx, const struct reported *r, enum provision_verb verb)
{
    str word = problem_word(r->in->problem);
    TRY(service_set_problem(CX_DB(cx), &(struct service_set_problem_in){ .id = r->s.id, .problem = word }, NULL));
    if (r->in->final && verb == PROVISION_CREATE)
        TRY(mail_queue_nt(cx, MAIL_service_problem, r->s.person_id, r->s.id, S("1")));
    return cx_event_nt(cx, EVENT_SERVICE_FAILED, "service", r->s.id, word);
}

st cmd_service_report(struct cx *cx, const struct service_report_in *in, struct service_report_out *out)
{
    (void)out;
    struct reported r = { .in = in };
    enum provision_verb verb;
    if (provision_parse(in->verb, &verb) != ST_OK)
        return cx_invalid(cx, "verb", "err.choice");
    TRY(service_get(CX_DB(cx), CX_ARENA(cx), &(struct service_get_in){ .id = in->service }, &r.s));
    return in->ok ? done(cx, &r, verb) : failed(cx, &r, verb);
}
