/* Another e-mail address: asked for with the password, in force when its link was followed, and told to the old one. */
#include "account.h"
#include "account_sql.h"
#include "email_sql.h"
#include "fold.h"
#include "mail.h"
#include "notice.h"
#include "profile.h"
#include "profile_sql.h"
#include "rnd.h"
#include "str.h"

#define LINK_SECONDS (48 * 3600)
#define CODE_BYTES 32

static st collect(struct cx *cx, enum column_id col, int64_t person, uid row, str plain, const struct sealed **out)
{
    return gate_collect_nt(&cx->gate, &(struct collect){ .col = col, .point = POINT_PROFILE, .source = SOURCE_PERSON,
                                                          .person = person, .row = row }, plain, out);
}

/* Whether an address has an account is told to nobody but whoever reads what is sent to it. */
st cmd_person_ask_email(struct cx *cx, const struct person_ask_email_in *in, struct person_ask_email_out *out)
{
    (void)out;
    struct email_person_row person;
    struct profile_by_email_row other;
    struct email_add_row made;
    str email = str_trim(in->email), code;
    struct email_add_in add = { .uid = rnd_uid(), .person = cx->actor.person, .at = cx->gate.now,
                                .until = { cx->gate.now.s + LINK_SECONDS } };
    if (!account_email_sound(email))
        return cx_invalid(cx, "email", "err.email");
    TRY(email_person(CX_DB(cx), CX_ARENA(cx), &(struct email_person_in){ cx->actor.person }, &person));
    TRY(account_email_code(&cx->gate, email, &code));
    if (str_eq(code, person.email_code))
        return cx_invalid(cx, "email", "email.same");
    TRY(email_void(CX_DB(cx), &(struct email_void_in){ cx->actor.person, cx->gate.now }, NULL));
    st taken = profile_by_email(CX_DB(cx), CX_ARENA(cx), &(struct profile_by_email_in){ .email_code = code }, &other);
    str hour = str_fmt(CX_ARENA(cx), "%lld", (long long)(cx->gate.now.s / 3600));
    if (taken == ST_OK)
        return mail_queue_nt(cx, MAIL_existing, other.id, other.id, hour);
    if (taken != ST_NOT_FOUND)
        return taken;
    add.code = code;
    TRY(collect(cx, COL_email_change_email, cx->actor.person, add.uid, email, &add.email));
    TRY(email_add(CX_DB(cx), CX_ARENA(cx), &add, &made));
    return mail_queue_nt(cx, MAIL_email_confirm, cx->actor.person, made.id, S("1"));
}

st cmd_mail_email_token(struct cx *cx, const struct mail_email_token_in *in, struct mail_email_token_out *out)
{
    (void)out;
    if (in->token_code.n != CODE_BYTES)
        return cx_invalid(cx, "token_code", "err.invalid");
    return email_set_token(CX_DB(cx), &(struct email_set_token_in){ in->change, in->token_code }, NULL);
}

/* The address before is kept with the wish, to be written to. */
static st replace(struct cx *cx, const struct email_link_row *link, const struct email_person_row *person)
{
    str email, old;
    int64_t used = 0;
    struct email_use_in use = { .id = link->id, .at = cx->gate.now };
    struct email_set_in set = { .id = link->person_id, .code = link->email_code, .at = cx->gate.now };
    static const enum column_id col = COL_person_email;
    TRY(gate_use(&cx->gate, COL_email_change_email, PURPOSE_RIGHTS, link->uid, link->email, &email));
    TRY(gate_use(&cx->gate, COL_person_email, PURPOSE_RIGHTS, person->uid, person->email, &old));
    TRY(collect(cx, COL_email_change_old_email, link->person_id, link->uid, old, &use.old));
    TRY(email_use(CX_DB(cx), &use, &used));
    if (used != 1)
        return ST_EXPIRED;
    TRY(collect(cx, COL_person_email, link->person_id, person->uid, email, &set.email));
    TRY(email_set(CX_DB(cx), &set, NULL));
    TRY(email_forget_codes(CX_DB(cx), &(struct email_forget_codes_in){ link->person_id }, NULL));
    TRY(profile_email_code_nt(cx, link->person_id, email));
    return notice_queue_nt(cx, link->person_id, NOTICE_CORRECTED, &col, 1);
}

st cmd_person_change_email(struct cx *cx, const struct person_change_email_in *in, struct person_change_email_out *out)
{
    (void)out;
    struct email_link_row link;
    struct email_person_row person;
    struct profile_by_email_row other;
    st found = email_link(CX_DB(cx), CX_ARENA(cx), &(struct email_link_in){ in->token_code }, &link);
    if (found == ST_NOT_FOUND)
        return ST_EXPIRED;
    TRY(found);
    if (link.used_at.s != UTC_NONE.s || link.expires_at.s <= cx->gate.now.s)
        return ST_EXPIRED;
    TRY(email_person(CX_DB(cx), CX_ARENA(cx), &(struct email_person_in){ link.person_id }, &person));
    st taken = profile_by_email(CX_DB(cx), CX_ARENA(cx), &(struct profile_by_email_in){ .email_code = link.email_code }, &other);
    if (taken != ST_NOT_FOUND) /* somebody took it meanwhile */
        return taken == ST_OK ? ST_EXPIRED : taken;
    TRY(replace(cx, &link, &person));
    TRY(account_session_end_others(CX_DB(cx), &(struct account_session_end_others_in){ .person = link.person_id,
        .keep = cx->actor.person == link.person_id ? cx->actor.session : 0, .at = cx->gate.now }, NULL));
    TRY(mail_queue_nt(cx, MAIL_email_changed, link.person_id, link.id, S("1")));
    return cx_event_nt(cx, EVENT_PERSON_CORRECTED, "person", link.person_id, S("email"));
}
