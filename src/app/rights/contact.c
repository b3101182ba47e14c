/* Who a message about a request goes to, and the link in it. In the courier: nothing is written here but through commands. */
#include "mail.h"
#include "rights.h"
#include "rights_sql.h"
#include "routes.h"
#include "str.h"
#include "text.h"

static str kind_words(struct arena *a, str kind)
{
    return text_named(LANGUAGE_EN_GB, str_cat(a, S("rights.about."), kind));
}

/* A link of its own in every message, so that whoever has the mailbox, and nobody else, comes to the request. */
static st way_in(struct job_cx *cx, int64_t request, str *path)
{
    str token;
    uint8_t code[32];
    TRY(mail_new_token(cx, &token, code));
    struct rights_token_in in = { .request = request, .token_code = { (const char *)code, sizeof code } };
    TRY(job_command(cx, CMD_RIGHTS_TOKEN, "link", &in, NULL));
    *path = url_rights_enter(cx->gate.arena, token).s;
    return ST_OK;
}

st rights_contact(struct job_cx *cx, int64_t request, struct rights_contact *out)
{
    struct arena *a = cx->gate.arena;
    struct rights_by_id_row r;
    struct rights_person_row p;
    TRY(rights_by_id(cx->gate.db, a, &(struct rights_by_id_in){ .id = request }, &r));
    TRY(rights_person(cx->gate.db, a, &(struct rights_person_in){ .id = cx->job.person }, &p));
    *out = (struct rights_contact){ .kind = kind_words(a, r.kind), .uid = r.uid,
                                    .due = r.strict_on.days != DATE_NONE.days ? r.strict_on : r.asked_on };
    if (str_eq(p.kind, S("staff"))) {
        out->path = url_staff_rights_case(a, r.uid).s;
        return ST_OK;
    }
    if (p.email) {
        out->path = url_rights_show(a, r.uid).s;
        return ST_OK;
    }
    out->own = true;
    if (!r.email || r.person_id != cx->job.person)
        return ST_NOT_FOUND;
    TRY(gate_use(&cx->gate, COL_rights_request_email, PURPOSE_NOTIFY, r.uid, r.email, &out->email));
    TRY(gate_use(&cx->gate, COL_rights_request_name, PURPOSE_NOTIFY, r.uid, r.name, &out->name));
    return way_in(cx, request, &out->path);
}
