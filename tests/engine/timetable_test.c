/* The timetable: what is due is asked once in each period, whoever asks; and what the sweep takes, and leaves alone. */
#include "account.h"
#include "people_sql.h"
#include "run.h"
#include "shop.h"
#include "timetable.h"

#define DAY 86400

#define SESSION_SECONDS (14 * (int64_t)DAY) /* the lifetime of the cookie in statement/rules.yaml */

static struct {
    st refuse; /* instead of asking */
    size_t asked;
} writer;

static st ask_writer(void *at, struct arena *a UNUSED, enum command cmd, uid idem, const void *in, void *out)
{
    writer.asked++;
    return writer.refuse != ST_OK ? writer.refuse : engine_again(at, engine_system(), cmd, idem, in, out);
}

/* How often the writer was asked in one round. */
static size_t asked_in_round(struct engine *e, struct timetable *t, st want)
{
    writer.asked = 0;
    t_st(timetable_round(t, timetable_rows, timetable_rows_n, ask_writer, e, e->now), want, "a round");
    return writer.asked;
}

static struct people_swept_row left(struct engine *e)
{
    struct people_swept_row r = { 0 };
    t_st(people_swept(e->db, e->a, &r), ST_OK, "what is left");
    return r;
}

static str code_of(struct engine *e, int64_t n)
{
    return str_fmt(e->a, "%032lld", (long long)n);
}

static void come_and_go(struct engine *e)
{
    struct actor nobody = { .kind = ACTOR_VISITOR, .caps = CAP_PUBLIC };
    struct session_open_in open = { .token_code = code_of(e, 1), .currency = S("GBP") };
    t_st(engine_call(e, nobody, CMD_SESSION_OPEN, &open, NULL), ST_OK, "a visitor");
    open.token_code = code_of(e, 2);
    struct session_open_out out = { 0 };
    t_st(engine_call(e, nobody, CMD_SESSION_OPEN, &open, &out), ST_OK, "another visitor");
    struct person_register_in reg = { .email = S("ann@example.test"), .full_name = S("Ann Example"), .password = S("none"),
        .currency = S("GBP") };
    t_st(engine_call(e, nobody, CMD_PERSON_REGISTER, &reg, NULL), ST_OK, "Ann registers");
    struct people_newest_row ann = { 0 };
    t_st(people_newest(e->db, e->a, &ann), ST_OK, "Ann");
    struct session_sign_in_in in = { .token_code = code_of(e, 3), .person = ann.id, .ip = S("192.0.2.9"), .agent = S("Firefox") };
    t_st(engine_call(e, nobody, CMD_SESSION_SIGN_IN, &in, NULL), ST_OK, "and signs in");
}

/* After this long, every row is due again. */
static int64_t longest(void)
{
    int64_t most = 0;
    for (size_t i = 0; i < timetable_rows_n; i++)
        most = timetable_rows[i].every > most ? timetable_rows[i].every : most;
    return most;
}

static void once_a_period(struct engine *e)
{
    struct timetable mine = { 0 }, after_restart = { 0 };
    t_i64(asked_in_round(e, &mine, ST_OK), timetable_rows_n, "at the start everything is due");
    int64_t answers = left(e).answers;
    t_i64(asked_in_round(e, &mine, ST_OK), 0, "and then nothing");
    t_i64(asked_in_round(e, &after_restart, ST_OK), timetable_rows_n, "a courier that knows nothing asks");
    t_i64(left(e).answers, answers, "and is told what was done already");
    engine_pass(e, longest());
    writer.refuse = ST_AWAY;
    t_i64(asked_in_round(e, &mine, ST_AWAY), 1, "due again, but the writer is away");
    writer.refuse = ST_OK;
    t_i64(asked_in_round(e, &mine, ST_OK), timetable_rows_n, "so it is due still");
    engine_pass(e, longest());
    writer.refuse = ST_DENIED;
    t_i64(asked_in_round(e, &mine, ST_OK), timetable_rows_n, "what is refused");
    t_i64(asked_in_round(e, &mine, ST_OK), 0, "is not asked again in this period");
    writer.refuse = ST_OK;
}

static void sweeps(struct engine *e)
{
    struct timetable t = { 0 };
    come_and_go(e);
    struct people_swept_row before = left(e), after;
    t_i64(before.visitors, 2, "two visitors' sessions");
    t_i64(before.signed_in, 1, "and one of somebody who signed in");
    engine_pass(e, SESSION_SECONDS - DAY);
    asked_in_round(e, &t, ST_OK);
    after = left(e);
    t_i64(after.visitors, 2, "as long as they last they stay");
    t_ok(after.answers > before.answers, "answers too");
    engine_pass(e, 2 * DAY);
    asked_in_round(e, &t, ST_OK);
    after = left(e);
    t_i64(after.visitors, 0, "then the visitors' go");
    t_i64(after.signed_in, 1, "the other is about somebody, and stays");
    int64_t newer = after.answers - before.answers;
    engine_pass(e, IDEM_SECONDS - SESSION_SECONDS);
    asked_in_round(e, &t, ST_OK);
    after = left(e);
    t_i64(after.answers, newer + (int64_t)timetable_rows_n,
          "answers whose time has come go; the newer ones stay, and this round's own");
}

static void run(const char *folder, const char *module, bool postgres)
{
    struct engine e;
    st s = engine_open(&e, postgres, folder, module);
    t_st(s, ST_OK, "an engine");
    if (s != ST_OK)
        return;
    printf("# on %s\n", e.label);
    once_a_period(&e);
    sweeps(&e);
    engine_close(&e);
}

int main(int argc, char **argv)
{
    t_need(argc == 3);
    run(argv[1], argv[2], false);
    run(argv[1], argv[2], true);
    return t_done();
}
