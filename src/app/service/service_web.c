/* Services for those who bought them: the list, and one with how to reach it and what can be done. */
#include "provision.h"
#include "rhythm_web.h"
#include "service_html.h"
#include "service_page_sql.h"
#include "statement.h"
#include "str.h"
#include "web.h"

#define COLUMNS_MAX 8

st page_services(struct rq *rq)
{
    const struct form_value *before = rq->form ? rq_value(rq, "before") : NULL;
    struct service_page_list_rows rows;
    TRY(service_page_list(rq->db, rq->arena,
                          &(struct service_page_list_in){
                              .person = rq->actor.person,
                              .before = before && before->number > 0 ? before->number : INT64_MAX,
                          },
                          &rows));
    struct v_service_row *list = NEWN(rq->arena, struct v_service_row, rows.n + 1);
    if (!list)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < rows.n; i++) {
        const struct service_page_list_row *r = &rows.v[i];
        list[i] = (struct v_service_row){
            .id = r->uid, .product = r->product_name, .status = r->status, .next_due = r->next_due_on, .cycle = r->cycle,
        };
        TRY(gate_use(&rq->gate, COL_service_hostname, PURPOSE_CONTRACT, r->uid, r->hostname, &list[i].hostname));
    }
    return show_services_list(rq, 200,
                              &(struct v_services_list){
                                  .rows = { list, rows.n }, .before = rows.more ? rows.v[rows.n - 1].id : 0,
                              });
}

st guard_service_own(struct rq *rq)
{
    struct service_page_get_row *row = NEW(rq->arena, struct service_page_get_row);
    rq->object = row;
    return row ? service_page_get(rq->db, rq->arena,
                                  &(struct service_page_get_in){ .uid = rq_uid(rq, "id"), .person = rq->actor.person }, row)
               : ST_NO_MEMORY;
}

/* Who runs it, and what they were told: the columns of `create`, in the statement's words. */
static st platform_words(struct rq *rq, str module, struct v_service_show *v)
{
    const struct provision_module *m;
    enum column_id columns[COLUMNS_MAX];
    struct out o;
    v->platform = v->platform_gets = S("");
    if (provision_find(module, &m) != ST_OK)
        return ST_OK; /* delivered by people: nobody outside is told anything */
    v->platform = statement_recipient_words(rq->gate.statement, m->recipient);
    out_init(&o, rq->arena, 1024);
    size_t n = provision_columns(PROVISION_CREATE, columns, COLUMNS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct statement_column c;
        if (!statement_column(rq->gate.statement, columns[i], &c))
            continue;
        if (o.n)
            out_str(&o, S(", "));
        out_str(&o, c.field_title);
    }
    v->platform_gets = out_view(&o);
    return out_st(&o);
}

st page_service_show(struct rq *rq)
{
    const struct service_page_get_row *s = rq->object;
    bool active = str_eq(s->status, S("active"));
    str address;
    struct v_service_show v = {
        .id = s->uid, .product = s->product_name, .status = s->status, .cycle = s->cycle, .next_due = s->next_due_on,
        .created = s->created_at, .activated = s->activated_at, .used = s->has_usage_bytes ? s->usage_bytes : 0,
        .used_at = s->usage_at, .problem = s->problem, .stores_data = s->stores_data && gate_clause(&rq->gate, CLAUSE_S21),
        .waits = s->jobs > 0 || str_eq(s->status, S("pending")), .csrf = rq->csrf, .order = s->order_uid,
    };
    TRY(gate_use(&rq->gate, COL_service_hostname, PURPOSE_CONTRACT, s->uid, s->hostname, &v.hostname));
    TRY(gate_use(&rq->gate, COL_service_username, PURPOSE_CONTRACT, s->uid, s->username, &v.username));
    TRY(gate_use(&rq->gate, COL_service_secret, PURPOSE_CONTRACT, s->uid, s->secret, &v.secret));
    TRY(gate_use(&rq->gate, COL_service_address, PURPOSE_CONTRACT, s->uid, s->address, &address));
    v.address = (url){ address };
    if (str_eq(s->module, S("sftp")))
        v.upload = provision_sftp_address(rq->arena, rq->config, v.username);
    TRY(platform_words(rq, s->module, &v));
    TRY(rhythm_view(rq, s->id, false, &v.rhythm));
    v.can_act = active && s->jobs == 0 && !str_empty(v.platform);
    return show_service_show(rq, 200, &v);
}

static st back(struct rq *rq, st result, const void *out)
{
    (void)out;
    const struct service_page_get_row *s = rq->object;
    TRY(result);
    return rq_redirect(rq, url_service_show(rq->arena, s->uid));
}

st page_service_act(struct rq *rq)
{
    const struct service_page_get_row *s = rq->object;
    return rq_command(rq, CMD_SERVICE_ACT,
                      &(struct service_act_in){ .service = s->uid, .verb = rq_value(rq, "verb")->value, .package = S("") }, back);
}
