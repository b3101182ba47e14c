/* The courier's side: leases that run out, tries that fail, services that are set up, mail that is sent. */
#include <sys/stat.h>

#include "shop.h"

static struct engine_job_row job(struct engine *e, const char *kind)
{
    struct engine_job_row j = { 0 };
    t_st(engine_job(e->db, e->a, &(struct engine_job_in){ str_c(kind) }, &j), ST_OK, kind);
    return j;
}

static struct shopper paid(struct engine *e, const char *slug)
{
    struct shopper s = shop_order(e, slug);
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    return s;
}

static struct engine_service_row service(struct engine *e, const struct shopper *s)
{
    struct engine_service_row r = { 0 };
    t_st(engine_service(e->db, e->a, &(struct engine_service_in){ s->who.person }, &r), ST_OK, "the service");
    return r;
}

static str opened(struct engine *e, enum column_id col, uid row, const struct sealed *value)
{
    struct gate g = engine_gate(e);
    str plain = S("");
    t_st(gate_use(&g, col, PURPOSE_CONTRACT, row, value, &plain), ST_OK, "opened");
    return plain;
}

static void set_up(struct engine *e)
{
    struct shopper s = paid(e, "starter");
    t_str(service(e, &s).status, S("pending"), "a service begins as pending");
    engine_work(e);
    struct engine_service_row r = service(e, &s);
    t_str(r.status, S("active"), "and the courier sets it up");
    str name = opened(e, COL_service_username, r.uid, r.username);
    str secret = opened(e, COL_service_secret, r.uid, r.secret);
    t_ok(name.n > 5 && secret.n == 20, "with a name and a password");
    struct stat info;
    t_ok(stat(str_z(e->a, str_fmt(e->a, "%s/%.*s/public/index.html", e->dir, STR_ARG(name))), &info) == 0,
         "there is a web space on this machine");
    struct service_act_in act = { .service = r.uid, .verb = S("change_password"), .package = S("") };
    t_st(engine_call(e, s.who, CMD_SERVICE_ACT, &act, NULL), ST_OK, "the customer wants another password");
    t_st(engine_call(e, s.who, CMD_SERVICE_ACT, &act, NULL), ST_CONFLICT, "one thing at a time");
    engine_work(e);
    r = service(e, &s);
    t_ok(!str_eq(opened(e, COL_service_secret, r.uid, r.secret), secret), "and gets it");
    act.verb = S("suspend");
    t_st(engine_call(e, s.who, CMD_SERVICE_ACT, &act, NULL), ST_INVALID, "customers cannot suspend");
    t_st(engine_call(e, engine_customer(engine_visitor(e, "GBP")), CMD_SERVICE_ACT, &act, NULL), ST_NOT_FOUND, "nor strangers");
    static const char *const steps[][2] = { { "suspend", "suspended" }, { "unsuspend", "active" }, { "usage", "active" },
                                            { "change_package", "active" }, { "terminate", "terminated" } };
    for (size_t i = 0; i < COUNT(steps); i++) {
        act.verb = str_c(steps[i][0]);
        act.package = S("business");
        t_st(engine_call(e, engine_staff(), CMD_SERVICE_ACT, &act, NULL), ST_OK, steps[i][0]);
        engine_work(e);
        r = service(e, &s);
        t_str(r.status, str_c(steps[i][1]), "done");
        t_str(r.problem, S(""), "without a problem");
    }
    t_ok(r.usage_bytes > 0 && r.secret == NULL && r.username == NULL, "what gave access is gone");
    t_ok(stat(str_z(e->a, str_fmt(e->a, "%s/%.*s", e->dir, STR_ARG(name))), &info) != 0, "and so is the web space");
    act.verb = S("create");
    t_st(engine_call(e, engine_staff(), CMD_SERVICE_ACT, &act, NULL), ST_CONFLICT, "an ended service does not come back");
}

static void by_hand(struct engine *e)
{
    struct shopper s = paid(e, "help");
    engine_work(e);
    struct engine_service_row r = service(e, &s);
    t_str(r.status, S("pending"), "what people do by hand waits for them");
    struct service_act_in act = { .service = r.uid, .verb = S("create"), .package = S("") };
    t_st(engine_call(e, engine_staff(), CMD_SERVICE_ACT, &act, NULL), ST_OK, "it is done");
    t_str(service(e, &s).status, S("active"), "and active");
}

/* The courier died after it leased: nothing is lost, and its late report is void. */
static void crash(struct engine *e)
{
    paid(e, "starter");
    struct job_lease_in in = { .max = 32, .seconds = 60 };
    struct job_lease_out out = { 0 };
    t_st(engine_call(e, engine_system(), CMD_JOB_LEASE, &in, &out), ST_OK, "leased");
    size_t n = out.jobs.n;
    t_ok(n > 0, "there was work");
    struct leased_job first = out.jobs.v[0];
    t_st(engine_call(e, engine_system(), CMD_JOB_LEASE, &in, &out), ST_OK, "asked again");
    t_i64(out.jobs.n, 0, "what is leased is not leased twice");
    engine_pass(e, 61);
    t_st(engine_call(e, engine_system(), CMD_JOB_LEASE, &in, &out), ST_OK, "when the lease has run out");
    t_i64(out.jobs.n, n, "everything is there again");
    t_i64(out.jobs.v[0].fence, first.fence + 1, "behind a new fence");
    struct job_finish_in late = { .id = first.id, .fence = first.fence, .ok = true, .error = S(""), .mail = S("") };
    t_st(engine_call(e, engine_system(), CMD_JOB_FINISH, &late, NULL), ST_CONFLICT, "the report of the first lease is void");
    engine_pass(e, 61);
    int64_t services = engine_count(e, "services");
    engine_work(e);
    t_i64(engine_count(e, "services"), services, "and nothing happens twice");
    t_str(job(e, "service.create").state, S("done"), "but everything once");
}

static void failing(struct engine *e)
{
    struct shopper s = shop_order(e, "starter");
    struct payment_callback_in m = shop_message(e, shop_pay(e, &s).payment, "succeeded");
    t_str(shop_say(e, &m), S("applied"), "paid");
    str program = e->config.module.exec;
    e->config.module.exec = S("/bin/false");
    engine_work(e);
    struct engine_job_row j = job(e, "service.create");
    t_str(j.state, S("queued"), "a failure is tried again");
    t_ok(j.attempts == 1 && j.next_at.s > e->now.s && j.next_at.s <= e->now.s + JOB_BACKOFF_FIRST, "a little later");
    t_str(service(e, &s).problem, S("program_failed"), "staff see why");
    for (int i = 0; i < 40 && str_eq(j.state, S("queued")); i++) {
        engine_pass(e, JOB_BACKOFF_MOST);
        engine_work(e);
        j = job(e, "service.create");
    }
    t_str(j.state, S("dead"), "and in the end waits for a person");
    t_i64(j.attempts, JOB_ATTEMPTS, "after that many tries");
    t_str(job(e, "mail.service_problem").state, S("done"), "the customer is told");
    e->config.module.exec = program;
    struct job_retry_in retry = { .job = j.uid };
    t_st(engine_call(e, engine_staff(), CMD_JOB_RETRY, &retry, NULL), ST_OK, "staff ask for another try");
    engine_work(e);
    t_str(service(e, &s).status, S("active"), "and then it works");
    t_st(engine_call(e, engine_staff(), CMD_JOB_RETRY, &retry, NULL), ST_CONFLICT, "what is done is done");
}

static void backoff(void)
{
    int64_t most = 0;
    for (int64_t i = 1; i < 64; i++) {
        int64_t wait = job_backoff(i), full = JOB_BACKOFF_FIRST;
        for (int64_t k = 1; k < i && full < JOB_BACKOFF_MOST; k++)
            full *= 2;
        full = full < JOB_BACKOFF_MOST ? full : JOB_BACKOFF_MOST;
        if (wait < full - full / 4 || wait > full)
            t_i64(wait, full, "a wait is its step, less a quarter at most");
        most = wait > most ? wait : most;
    }
    t_ok(most <= JOB_BACKOFF_MOST && most > JOB_BACKOFF_MOST / 2, "waits grow to six hours and no further");
}

static void checks(struct engine *e)
{
    engine_vat = ENGINE_DOMESTIC;
    shop_open(e);
    backoff();
    set_up(e);
    by_hand(e);
    crash(e);
    failing(e);
    t_ok(engine_count(e, "mails") > 5, "mail was sent at each step");
}

int main(int argc, char **argv)
{
    return engine_on_both(argc, argv, checks);
}
