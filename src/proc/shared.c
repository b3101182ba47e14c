/* What several roles open at their start. */
#include "shared.h"

#include "bank.h"
#include "calendar.h"
#include "fraud.h"
#include "gateway.h"
#include "geo.h"
#include "invoice.h"
#include "plan.h"
#include "privacy.h"
#include "retention.h"
#include "str.h"
#include "vat.h"

#include <stdio.h>

st shared_db(struct arena *a, const struct config *c, enum db_mode mode, struct db **out)
{
    return shared_db_sized(a, c, mode, 0, out);
}

st shared_db_sized(struct arena *a, const struct config *c, enum db_mode mode, int cache_kib, struct db **out)
{
    struct db_config want = { .mode = mode, .url = c->data.database, .cache_kib = cache_kib };
    if (str_empty(want.url))
        want.url = str_fmt(a, "sqlite:%.*s/avow.db", STR_ARG(c->data.dir));
    if (arena_failed(a))
        return ST_NO_MEMORY;
    return db_open(a, &want, out);
}

/* For the operator, at the terminal or in the journal: start-up is the one time when words may be written there. */
static void tell(struct arena *a, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        struct out o;
        if (f->v[i].level != FINDING_ERROR)
            continue;
        out_init(&o, a, 4096);
        finding_show(&o, &f->v[i]);
        str text = out_view(&o);
        fprintf(stderr, "avow: %.*s\n", STR_ARG(text));
    }
}

/* Money goes nowhere that the statement does not say. */
static st covered(struct arena *a, const struct config *c, const struct statement *s)
{
    str problem;
    st answer = gateway_check(a, c, s, &problem);
    if (answer == ST_OK)
        answer = bank_check(a, c, &problem);
    if (answer != ST_OK)
        fprintf(stderr, "avow: %.*s\n", STR_ARG(problem));
    return answer;
}

st shared_statement(struct arena *a, const struct config *c, const struct statement **out)
{
    struct findings f;
    findings_init(&f, a);
    st s = privacy_load(a, c, &f, out);
    if (s == ST_OK)
        s = retention_check(*out, &f);
    if (s == ST_OK)
        return covered(a, c, *out);
    tell(a, &f);
    fputs("avow: the statement and the program do not match, so nothing was started; see avow statement check\n", stderr);
    return s;
}

/* When somebody is reminded, suspended, ended: in an order that leaves time. */
static st check_terms(const struct config *c)
{
    struct rhythm_terms terms;
    const char *wrong;
    st s = rhythm_terms_read(c, &terms, &wrong);
    if (s != ST_OK)
        fprintf(stderr, "avow: %s\n", wrong);
    return s;
}

st shared_features(struct arena *a, const struct config *c)
{
    struct vat_fault fault = { 0 };
    struct fraud_fault unfit = { 0 };
    struct calendar_fault uncounted = { 0 };
    TRY(check_terms(c));
    st s = vat_book_open(a, c, &fault);
    if (s != ST_OK)
        fprintf(stderr, "avow: %s\n", fault.text);
    TRY(s);
    const char *wrong = invoice_config_check(c);
    if (wrong) {
        fprintf(stderr, "avow: %s\n", wrong);
        return ST_CONFIG;
    }
    s = fraud_open(a, c, &unfit);
    if (s != ST_OK)
        fprintf(stderr, "avow: %s\n", unfit.text);
    TRY(s);
    s = calendar_open(a, c, &uncounted);
    if (s != ST_OK)
        fprintf(stderr, "avow: %s\n", uncounted.text);
    TRY(s);
    s = geo_use(a, c->data.geo);
    if (s != ST_OK)
        fputs("avow: data.geo does not name a country database that can be read\n", stderr);
    return s;
}
