/* For whoever asked: choosing a right, how a request stands, saying more, and taking it back. */
#include "page.h"
#include "rights_sql.h"
#include "view.h"

/* ---- shared ---------------------------------------------------------------------------------------------------------- */

str rights_named(struct rq *rq, const char *prefix, str word)
{
    return str_empty(word) ? word : text_named(rq->language, str_cat(rq->arena, str_c(prefix), word));
}

str rights_class(str state)
{
    static const char *const classes[][2] = { { "received", "pending" }, { "id_wanted", "asked" }, { "running", "pending" },
        { "paused", "asked" }, { "answered", "done" }, { "refused", "refused" } };
    for (size_t i = 0; i < COUNT(classes); i++)
        if (str_eq(state, str_c(classes[i][0])))
            return str_c(classes[i][1]);
    return S("off");
}

st rights_lines(struct rq *rq, str text, struct tpl_strs *out)
{
    size_t most = 1, n = 0;
    str line;
    *out = (struct tpl_strs){ NULL, 0 };
    if (str_empty(text))
        return ST_OK;
    for (size_t i = 0; i < text.n; i++)
        most += text.p[i] == '\n';
    str *v = NEWN(rq->arena, str, most);
    while (v && str_next(&text, '\n', &line))
        v[n++] = line;
    *out = (struct tpl_strs){ v, n };
    return v ? ST_OK : ST_NO_MEMORY;
}

st rights_read(struct rq *rq, enum column_id col, uid row, const struct sealed *value, str *out)
{
    st s = gate_use(&rq->gate, col, PURPOSE_RIGHTS, row, value, out);
    if (s != ST_SEALED)
        return s;
    *out = S("");
    return ST_OK;
}

st rights_wrongs_of(struct rq *rq, int64_t request, struct v_rights_wrong_list *out)
{
    struct rights_changes_rows rows;
    TRY(rights_changes(rq->db, rq->arena, &(struct rights_changes_in){ .request = request }, &rows));
    struct v_rights_wrong *v = NEWN(rq->arena, struct v_rights_wrong, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rights_changes_row *r = &rows.v[i];
        v[i] = (struct v_rights_wrong){ .field = rights_named(rq, "rights.field.", r->field), .state = r->state };
        TRY(rights_read(rq, COL_rights_change_wanted, r->uid, r->wanted, &v[i].wanted));
        TRY(rights_read(rq, COL_rights_change_reason, r->uid, r->reason, &v[i].reason));
    }
    *out = (struct v_rights_wrong_list){ v, rows.n };
    return ST_OK;
}

/* What happens next, in a sentence. */
static str next_of(struct rq *rq, str kind, str state, date strict)
{
    const struct text_arg args[] = { { "date", tpl_date_str(rq->arena, strict) } };
    bool complaint = str_eq(kind, S("complaint")) && str_eq(state, S("running"));
    enum text_key key = complaint                          ? TXT_RIGHTS_NEXT_COMPLAINT
                        : str_eq(state, S("received"))     ? TXT_RIGHTS_NEXT_RECEIVED
                        : str_eq(state, S("id_wanted"))    ? TXT_RIGHTS_NEXT_ID_WANTED
                        : str_eq(state, S("running"))      ? TXT_RIGHTS_NEXT_RUNNING
                        : str_eq(state, S("paused"))       ? TXT_RIGHTS_NEXT_PAUSED
                        : str_eq(state, S("answered"))     ? TXT_RIGHTS_NEXT_ANSWERED
                        : str_eq(state, S("refused"))      ? TXT_RIGHTS_NEXT_REFUSED
                                                           : TXT_RIGHTS_NEXT_WITHDRAWN;
    return text_fill(rq->arena, rq->language, key, args, COUNT(args));
}

/* ---- the list -------------------------------------------------------------------------------------------------------- */

st page_rights(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    int64_t from = before && before->number > 0 ? before->number : INT64_MAX;
    struct rights_page_list_in in = { .person = rq->actor.person, .before = from };
    struct rights_page_list_rows rows;
    TRY(rights_page_list(rq->db, rq->arena, &in, &rows));
    struct v_rights_row *v = NEWN(rq->arena, struct v_rights_row, rows.n + 1);
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rights_page_list_row *r = &rows.v[i];
        v[i] = (struct v_rights_row){ .id = r->uid, .kind = rights_named(rq, "rights.name.", r->kind), .received = r->received_on,
            .class = rights_class(r->state), .state = rights_named(rq, "rights.state.", r->state),
            .next = next_of(rq, r->kind, r->state, r->strict_on) };
    }
    struct v_rights_list list = { .rows = { v, rows.n }, .next = rows.more ? rows.v[rows.n - 1].id : 0 };
    return show_rights_list(rq, 200, &list);
}

/* ---- a new one ------------------------------------------------------------------------------------------------------- */

st page_rights_new(struct rq *rq)
{
    struct form_view *f = web_form(rq, FORM_RIGHTS_NEW);
    bool asked = rq->form && rq->form->id == FORM_RIGHTS_ABOUT;
    uid order = rq->form ? rq_value(rq, "order")->id : (uid){ { 0 } };
    if (!f)
        return ST_NO_MEMORY;
    if (asked)
        web_form_fill(f, "kind", rq_value(rq, "kind")->value);
    return show_rights_choose(rq, 200, &(struct v_rights_choose){ .f = f, .about = !uid_zero(order), .order = order });
}

static st opened(struct rq *rq, st result, const void *out)
{
    const struct rights_open_out *made = out;
    TRY(result);
    return rq_redirect(rq, url_rights_show(rq->arena, made->request));
}

st page_rights_open(struct rq *rq)
{
    struct rights_open_in in = { .kind = rq_value(rq, "kind")->value, .said = rq_value(rq, "said")->value,
                                 .field = rq_value(rq, "field")->value, .wanted = rq_value(rq, "wanted")->value,
                                 .order = rq_value(rq, "order")->id };
    return rq_command(rq, CMD_RIGHTS_OPEN, &in, opened);
}

/* ---- one ------------------------------------------------------------------------------------------------------------- */

st guard_rights_own(struct rq *rq)
{
    struct rights_page_own_row *row = NEW(rq->arena, struct rights_page_own_row);
    struct rights_page_own_in in = { .uid = rq_uid(rq, "id"), .person = rq->actor.person };
    rq->object = row;
    return row ? rights_page_own(rq->db, rq->arena, &in, row) : ST_NO_MEMORY;
}

/* What both sides said and did; notes that staff wrote for each other are read under "Your data". */
static st thread_of(struct rq *rq, int64_t request, struct v_rights_line_list *out)
{
    struct rights_page_entries_rows rows;
    TRY(rights_page_entries(rq->db, rq->arena, &(struct rights_page_entries_in){ .request = request }, &rows));
    struct v_rights_line *v = NEWN(rq->arena, struct v_rights_line, rows.n + 1);
    size_t n = 0;
    if (!v)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rights_page_entries_row *r = &rows.v[i];
        str text;
        if (str_eq(r->act, S("note")))
            continue;
        bool own = str_eq(r->by_kind, S("person"));
        v[n] = (struct v_rights_line){ .what = rights_named(rq, "rights.did.", r->act), .own = own, .at = r->at,
                                       .who = own ? text_get(rq->language, TXT_RIGHTS_YOU)
                                              : str_eq(r->by_kind, S("staff")) ? rq->config->company.name : S("") };
        TRY(rights_read(rq, r->said ? COL_rights_entry_said : COL_rights_entry_reply, r->uid, r->said ? r->said : r->reply, &text));
        TRY(rights_lines(rq, text, &v[n].words));
        n++;
    }
    *out = (struct v_rights_line_list){ v, n };
    return ST_OK;
}

static st order_of(struct rq *rq, int64_t order, struct v_rights_one *v)
{
    struct rights_order_uid_row row;
    TRY(rights_order_uid(rq->db, rq->arena, &(struct rights_order_uid_in){ .id = order }, &row));
    v->about = true;
    v->order = row.uid;
    return ST_OK;
}

st page_rights_show(struct rq *rq)
{
    const struct rights_page_own_row *r = rq->object;
    enum rights_state state;
    TRY(rights_state_parse(r->state, &state));
    struct v_rights_one v = {
        .id = r->uid, .kind = rights_named(rq, "rights.name.", r->kind), .state = rights_named(rq, "rights.state.", r->state),
        .class = rights_class(r->state), .next = next_of(rq, r->kind, r->state, r->strict_on), .open = rights_open_state(state),
        .customer = rq->actor.kind == ACTOR_CUSTOMER, .complaint = str_eq(r->kind, S("complaint")),
        .refused = state == RIGHTS_IS_REFUSED || str_eq(r->outcome, S("not_upheld")) || str_eq(r->outcome, S("partly")),
        .received = r->received_on, .due = r->due_on, .strict = r->strict_on, .clock = r->strict_on.days != DATE_NONE.days,
        .outcome = rights_named(rq, "rights.outcome.", r->outcome), .ground = rights_named(rq, "rights.ground.", r->ground),
        .say = web_form(rq, FORM_RIGHTS_SAY), .csrf = rq->csrf,
    };
    if (!v.say)
        return ST_NO_MEMORY;
    v.clock = v.clock && v.open;
    v.open = v.open || (rq->form && rq->form->id == FORM_RIGHTS_SAY); /* what was typed is not lost when it has been closed since */
    v.leave = v.customer && v.open && str_eq(r->kind, S("erase"));
    v.copy = v.customer && (str_eq(r->kind, S("access")) || str_eq(r->kind, S("portability"))) && state != RIGHTS_IS_WITHDRAWN;
    if (r->has_order_id && v.customer)
        TRY(order_of(rq, r->order_id, &v));
    TRY(rights_wrongs_of(rq, r->id, &v.wrongs));
    TRY(thread_of(rq, r->id, &v.lines));
    return show_rights_one(rq, 200, &v);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct rights_page_own_row *r = rq->object;
    if (result == ST_CONFLICT && rq->form->id == FORM_RIGHTS_SAY) {
        rq_field_error(rq, "said", "rights.closed_already");
        return ST_INVALID;
    }
    TRY(result);
    return rq_redirect(rq, url_rights_show(rq->arena, r->uid));
}

st page_rights_say(struct rq *rq)
{
    const struct rights_page_own_row *r = rq->object;
    return rq_command(rq, CMD_RIGHTS_SAY, &(struct rights_say_in){ .request = r->uid, .said = rq_value(rq, "said")->value }, back);
}

st page_rights_withdraw(struct rq *rq)
{
    const struct rights_page_own_row *r = rq->object;
    return rq_command(rq, CMD_RIGHTS_WITHDRAW, &(struct rights_withdraw_in){ .request = r->uid }, back);
}
