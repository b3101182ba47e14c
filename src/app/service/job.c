/* The courier's part: ask the platform, bring its answer to the writer. */
#include "provision.h"
#include "rnd.h"
#include "service.h"
#include "service_sql.h"
#include "str.h"

#define COLUMNS_MOST 8
#define PASSWORD_LENGTH 20

/* Letters and digits that cannot be taken for one another; 20 of 31 are 99 bits. */
static str new_password(struct arena *a)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz2345678";
    char *p = arena_secret(a, PASSWORD_LENGTH);
    for (size_t i = 0; p && i < PASSWORD_LENGTH; i++)
        p[i] = letters[rnd_below(sizeof letters - 1)];
    return (str){ p, p ? PASSWORD_LENGTH : 0 };
}

static st fill(struct job_cx *jc, const struct service_get_row *s, enum provision_verb verb, struct provision_in *in)
{
    *in = (struct provision_in){ .service = s->uid, .package = s->package, .remote_ref = s->remote_ref };
    TRY(gate_use(&jc->gate, COL_service_hostname, PURPOSE_CONTRACT, s->uid, s->hostname, &in->hostname));
    TRY(gate_use(&jc->gate, COL_service_username, PURPOSE_CONTRACT, s->uid, s->username, &in->username));
    if (verb == PROVISION_CREATE || verb == PROVISION_CHANGE_PASSWORD)
        in->password = new_password(jc->gate.arena);
    return arena_failed(jc->gate.arena) ? ST_NO_MEMORY : ST_OK;
}

static st tell(struct job_cx *jc, const struct service_get_row *s, enum provision_verb verb,
               const struct provision_in *in, const struct provision_out *out, st how)
{
    bool final = jc->result.give_up || jc->job.attempt >= JOB_ATTEMPTS;
    struct service_report_in r = {
        .service = s->id, .verb = str_c(provision_word(verb)), .ok = how == ST_OK, .problem = out->problem,
        .final = final, .username = out->username, .secret = str_empty(out->password) ? in->password : out->password,
        .address = out->address, .remote_ref = out->remote_ref, .usage = out->usage_bytes };
    return job_command(jc, CMD_SERVICE_REPORT, "report", &r, NULL);
}

/* Asked for before, and overtaken by what happened since: nothing is left to do. */
static bool settled(const struct service_get_row *s, enum provision_verb verb)
{
    if (str_eq(s->status, S("terminated")) || str_eq(s->status, S("cancelled")))
        return true;
    return verb == PROVISION_CREATE && !str_eq(s->status, S("pending"));
}

static st provision(struct job_cx *jc, const struct service_get_row *s, const struct provision_module *m,
                    enum provision_verb verb)
{
    enum column_id columns[COLUMNS_MOST];
    size_t n = provision_columns(verb, columns, COLUMNS_MOST);
    struct provision_in in;
    struct provision_out out = { .usage_bytes = -1 };
    TRY(fill(jc, s, verb, &in));
    if (n > 0)
        TRY(job_disclose(jc, m->recipient, PURPOSE_CONTRACT, columns, n, "service", s->uid));
    if (!str_empty(in.hostname) || !str_empty(in.username) || !str_empty(in.password))
        TRY(job_outbound(jc, m->recipient, PURPOSE_CONTRACT, "service", s->uid));
    st how = m->call(jc, verb, &in, &out);
    TRY(tell(jc, s, verb, &in, &out, how));
    if (how == ST_OK)
        return ST_OK;
    const char *word = str_z(jc->gate.arena, out.problem);
    return job_fail(jc, how, word && *word ? word : "platform_failed");
}

st service_job(struct job_cx *jc)
{
    struct service_get_row s;
    enum provision_verb verb;
    const struct provision_module *m;
    str kind = jc->job.kind;
    if (!str_starts(kind, S("service.")) || provision_parse(str_sub(kind, 8, kind.n), &verb) != ST_OK)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_kind");
    TRY(service_get(jc->gate.db, jc->gate.arena, &(struct service_get_in){ .id = jc->job.object }, &s));
    if (settled(&s, verb))
        return ST_OK;
    if (provision_find(s.module, &m) != ST_OK)
        return job_give_up(jc, ST_NOT_FOUND, "unknown_module");
    return provision(jc, &s, m, verb);
}
