/* Requests for a copy: whoever is signed in gets it made at once, and the copy is the answer.
 * LAW: UK GDPR art 15(3), 20. */
#include "case.h"
#include "export.h"
#include "str.h"
#include "text.h"

st rights_copy_nt(struct cx *cx, const struct rights_case *c, bool *there)
{
    struct rights_copy_live_row live;
    bool portable = c->kind == RIGHTS_PORTABILITY;
    str scope = portable ? S("portable") : S("all");
    *there = false;
    if (c->kind != RIGHTS_ACCESS && !portable)
        return ST_OK;
    st found = rights_copy_live(CX_DB(cx), CX_ARENA(cx), &(struct rights_copy_live_in){ .person = c->r.person_id }, &live);
    *there = found == ST_OK && str_eq(live.state, S("ready")) && str_eq(live.scope, scope);
    return found == ST_NOT_FOUND ? export_ask_nt(cx, c->r.person_id, scope) : found;
}

st rights_copied_nt(struct cx *cx, int64_t person, enum rights_kind kind)
{
    int64_t id;
    st found = rights_find_open(CX_DB(cx), CX_ARENA(cx), person, kind, &id);
    if (found != ST_OK)
        return found == ST_NOT_FOUND ? ST_OK : found;
    return rights_answer_nt(cx, id, RIGHTS_OUTCOME_GRANTED, S(""),
                            text_get(LANGUAGE_EN_GB, kind == RIGHTS_ACCESS ? TXT_RIGHTS_COPY_ACCESS : TXT_RIGHTS_COPY_PORTABILITY));
}
