/* Stripe's side of the contract. */
#include "stripe.h"

#include "codec.h"
#include "config_keys.h"
#include "out.h"
#include "payment.h"
#include "payment_sql.h"
#include "str.h"

#define FORM_MOST 8192
#define SESSION_TRIES 6   /* about two and a half minutes; then the customer is told to try again */
#define SAME_KEY_TRIES 3  /* Stripe answers a repeated key as it did before, errors of its own included */
#define SESSION_SECONDS 7200 /* how long the hosted page is open */
#define LOOK_AGAIN 900         /* while the page is open */
#define LOOK_AGAIN_LATER 43200 /* for what takes days */

static const enum column_id fields[] = { COL_invoice_party_email };

/* ---- forms ---------------------------------------------------------------------------------------------------------- */

static void put(struct out *o, const char *name, str value)
{
    out_fmt(o, "%s%s=", o->n ? "&" : "", name);
    out_urlenc(o, value);
}

static void put_number(struct out *o, const char *name, int64_t value)
{
    out_fmt(o, "%s%s=%lld", o->n ? "&" : "", name, (long long)value);
}

static str lower(struct arena *a, str currency)
{
    char code[3] = { 0 };
    for (size_t i = 0; i < 3 && i < currency.n; i++)
        code[i] = (char)(currency.p[i] | 0x20);
    return str_dup(a, (str){ code, sizeof code });
}

/* ---- the hosted page ------------------------------------------------------------------------------------------------- */

/* Stripe has to be asked for a page first, which the courier does; the customer waits on a page of ours. */
static st authorise(struct cx *cx, const struct gateway_authorise *in, struct gateway_session *out)
{
    struct payment_by_uid_row p;
    *out = (struct gateway_session){ 0 };
    TRY(payment_by_uid(CX_DB(cx), CX_ARENA(cx), &(struct payment_by_uid_in){ .uid = in->payment }, &p));
    return cx_job_nt(cx, S("stripe.session"), str_fmt(CX_ARENA(cx), "stripe.session/%lld", (long long)p.id), p.person_id, p.id,
                     cx->gate.now);
}

static str absolute(struct job_cx *jc, const char *before, uid id, const char *after)
{
    const struct config *c = jc->config;
    struct arena *a = jc->gate.arena;
    str base = str_empty(c->web.url) ? str_fmt(a, "https://%.*s", STR_ARG(c->web.listen.text)) : c->web.url;
    while (str_ends(base, S("/")))
        base = str_sub(base, 0, base.n - 1);
    return str_fmt(a, "%.*s%s%.*s%s", STR_ARG(base), before, STR_ARG(uid_str(a, id)), after);
}

/* Everything that Stripe is told: amount, our random ids, and the one field its entry in the statement lists. The same at
 * every try, as the idempotency key demands. */
static str session_form(struct job_cx *jc, const struct payment_session_facts_row *p, str email)
{
    struct out o;
    struct arena *a = jc->gate.arena;
    str id = uid_str(a, p->uid);
    out_init(&o, a, FORM_MOST);
    put(&o, "mode", S("payment"));
    put(&o, "client_reference_id", id);
    put(&o, "metadata[payment]", id);
    put(&o, "payment_intent_data[metadata][payment]", id);
    put(&o, "success_url", absolute(jc, "/payments/", p->uid, "/back"));
    put(&o, "cancel_url", absolute(jc, "/invoices/", p->invoice_uid, ""));
    put(&o, "customer_email", email);
    put(&o, "line_items[0][quantity]", S("1"));
    put(&o, "line_items[0][price_data][currency]", lower(a, p->currency));
    put_number(&o, "line_items[0][price_data][unit_amount]", p->amount);
    put(&o, "line_items[0][price_data][product_data][name]", jc->config->company.name);
    put_number(&o, "expires_at", p->created_at.s + SESSION_SECONDS);
    if (p->saves) {
        put(&o, "customer_creation", S("always"));
        put(&o, "payment_intent_data[setup_future_usage]", S("off_session"));
    }
    return out_st(&o) == ST_OK ? out_view(&o) : (str){ 0 };
}

/* There will be no page: the attempt is over, and the customer's page says so. */
static st no_session(struct job_cx *jc, const struct payment_session_facts_row *p)
{
    struct arena *a = jc->gate.arena;
    struct gateway_message m = { .kind = GATEWAY_EXPIRED, .payment = p->uid, .reference = S(""), .currency = p->currency,
                                 .amount = p->amount, .event_id = str_fmt(a, "%.*s:no_page", STR_ARG(uid_str(a, p->uid))) };
    return gateway_report(jc, &stripe_gateway, "no_page", &m);
}

static st session_made(struct job_cx *jc, const struct payment_session_facts_row *p, const struct stripe_answer *answer)
{
    struct arena *a = jc->gate.arena;
    str id = stripe_text(a, answer->json, "id"), page = stripe_text(a, answer->json, "url");
    if (!stripe_id_valid(id) || !str_starts(page, S("https://")))
        return job_fail(jc, ST_UPSTREAM, "not_understood");
    return job_command(jc, CMD_PAYMENT_PREPARED, "prepared",
                       &(struct payment_prepared_in){ .payment = p->id, .reference = id, .page = page }, NULL);
}

static st ask_for_session(struct job_cx *jc, const struct payment_session_facts_row *p, struct stripe_answer *answer)
{
    struct arena *a = jc->gate.arena;
    str email;
    TRY(gate_use(&jc->gate, COL_invoice_party_email, PURPOSE_BILLING, p->invoice_uid, p->party_email, &email));
    str form = session_form(jc, p, email);
    if (!form.p)
        return ST_NO_MEMORY;
    /* A page that nobody was sent to takes no money, so after a while another key may be tried. */
    int64_t turn = (jc->job.attempt - 1) / SAME_KEY_TRIES;
    str key = turn ? str_fmt(a, "%.*s-%lld", STR_ARG(uid_str(a, p->uid)), (long long)turn) : uid_str(a, p->uid);
    TRY(job_outbound(jc, RECIPIENT_GATEWAY_STRIPE, PURPOSE_BILLING, "payment", p->uid));
    return stripe_ask(jc, &(struct stripe_request){ .method = "POST", .path = S("checkout/sessions"), .form = form, .key = key },
                      answer);
}

/* Refused for good, or worth another try? */
static bool refused(const struct stripe_answer *answer)
{
    return answer->status >= 400 && answer->status < 500 && answer->status != 409 && answer->status != 429;
}

st stripe_job_session(struct job_cx *jc)
{
    struct payment_session_facts_row p;
    struct stripe_answer answer = { 0 };
    TRY(payment_session_facts(jc->gate.db, jc->gate.arena, &(struct payment_session_facts_in){ .id = jc->job.object }, &p));
    if (!str_eq(p.status, S("started")) || p.page.p)
        return ST_OK;
    if (!str_eq(p.invoice_status, S("unpaid"))) /* meanwhile paid otherwise, or void: no page is made that nobody may use */
        return no_session(jc, &p);
    st s = ask_for_session(jc, &p, &answer);
    if (s == ST_OK && answer.status == 200)
        s = session_made(jc, &p, &answer);
    else if (s == ST_OK && refused(&answer))
        s = job_give_up(jc, ST_UPSTREAM, "refused");
    else if (s == ST_OK)
        s = job_fail(jc, ST_UPSTREAM, answer.status ? "gateway_trouble" : "no_answer");
    stripe_answer_end(&answer);
    if (s == ST_OK || (!jc->result.give_up && jc->job.attempt < SESSION_TRIES))
        return s;
    TRY(no_session(jc, &p));
    jc->result.give_up = true;
    return s;
}

/* Nobody can pay there from then on. One that is not open any more says so, and then it is looked at: it may have been paid. */
static st withdraw(struct job_cx *jc, uid payment, str session)
{
    struct arena *a = jc->gate.arena;
    struct stripe_answer answer;
    if (!str_starts(session, S("cs_")))
        return ST_OK; /* not made yet, and it will not be */
    str path = str_fmt(a, "checkout/sessions/%.*s", STR_ARG(session));
    TRY(stripe_ask(jc, &(struct stripe_request){ .method = "POST", .path = str_cat(a, path, S("/expire")), .form = S(""),
                                                 .key = str_cat(a, S("expire-"), uid_str(a, payment)) }, &answer));
    st s = ST_OK;
    if (answer.status == 200)
        s = stripe_report_session(jc, answer.json);
    else if (refused(&answer))
        s = stripe_look(jc, path);
    else
        s = job_fail(jc, ST_UPSTREAM, answer.status ? "gateway_trouble" : "no_answer");
    stripe_answer_end(&answer);
    return s;
}

/* ---- money back ------------------------------------------------------------------------------------------------------ */

static st refund(struct job_cx *jc, const struct gateway_amount *in)
{
    struct arena *a = jc->gate.arena;
    struct stripe_answer answer;
    struct out o;
    str id = uid_str(a, in->request);
    if (!str_starts(in->reference, S("pi_")))
        return job_give_up(jc, ST_UPSTREAM, "unknown_charge");
    out_init(&o, a, FORM_MOST);
    put(&o, "payment_intent", in->reference);
    put_number(&o, "amount", in->amount);
    put(&o, "metadata[refund]", id);
    if (!str_eq(in->reason, S("goodwill")))
        put(&o, "reason", str_eq(in->reason, S("asked")) ? S("requested_by_customer") : in->reason);
    TRY(out_st(&o));
    TRY(stripe_ask(jc, &(struct stripe_request){ .method = "POST", .path = S("refunds"), .form = out_view(&o),
                                                 .key = str_fmt(a, "refund-%.*s", STR_ARG(id)) }, &answer));
    bool failed = str_eq(stripe_text(a, answer.json, "status"), S("failed"));
    stripe_answer_end(&answer);
    if (refused(&answer) || (answer.status == 200 && failed))
        return job_give_up(jc, ST_UPSTREAM, "refund_refused");
    if (answer.status != 200)
        return job_fail(jc, ST_UPSTREAM, answer.status ? "gateway_trouble" : "no_answer");
    return stripe_look(jc, str_fmt(a, "payment_intents/%.*s", STR_ARG(in->reference)));
}

/* ---- what was kept --------------------------------------------------------------------------------------------------- */

static st collected(struct job_cx *jc, const struct stripe_answer *answer)
{
    const json_t *error = stripe_object(answer->json, "error");
    if (answer->status == 200)
        return stripe_report_intent(jc, answer->json, S(""));
    if (answer->status == 402 && stripe_object(error, "payment_intent"))
        return stripe_report_intent(jc, stripe_object(error, "payment_intent"), S(""));
    if (refused(answer))
        return job_give_up(jc, ST_UPSTREAM, "refused");
    return job_fail(jc, ST_UPSTREAM, answer->status ? "gateway_trouble" : "no_answer");
}

/* One key for all tries: this may have charged already, whatever the answer was. */
static st collect(struct job_cx *jc, const struct gateway_collect *in)
{
    struct arena *a = jc->gate.arena;
    struct stripe_answer answer;
    struct out o;
    str id = uid_str(a, in->payment);
    out_init(&o, a, FORM_MOST);
    put_number(&o, "amount", in->amount);
    put(&o, "currency", lower(a, in->currency));
    put(&o, "customer", in->customer);
    put(&o, "payment_method", in->method);
    put(&o, "off_session", S("true"));
    put(&o, "confirm", S("true"));
    put(&o, "automatic_payment_methods[enabled]", S("true")); /* whatever was saved, as long as nobody has to go anywhere */
    put(&o, "automatic_payment_methods[allow_redirects]", S("never"));
    put(&o, "description", in->description);
    put(&o, "metadata[payment]", id);
    put(&o, "expand[]", S("latest_charge"));
    TRY(out_st(&o));
    TRY(stripe_ask(jc, &(struct stripe_request){ .method = "POST", .path = S("payment_intents"), .form = out_view(&o), .key = id },
                   &answer));
    st s = collected(jc, &answer);
    stripe_answer_end(&answer);
    return s;
}

/* The customer object was made for this alone; with it, Stripe lets go of the card. */
static st forget(struct job_cx *jc, str customer, str method)
{
    struct stripe_answer answer;
    (void)method;
    if (!stripe_id_valid(customer))
        return ST_OK;
    TRY(stripe_ask(jc, &(struct stripe_request){ .method = "DELETE",
                                                 .path = str_fmt(jc->gate.arena, "customers/%.*s", STR_ARG(customer)) }, &answer));
    stripe_answer_end(&answer);
    bool gone = answer.status == 200 || answer.status == 404;
    return gone ? ST_OK : job_fail(jc, ST_UPSTREAM, answer.status ? "refused" : "no_answer");
}

static st correct(struct job_cx *jc, const struct gateway_correct *in)
{
    struct stripe_answer answer;
    struct out o;
    if (!stripe_id_valid(in->customer))
        return job_give_up(jc, ST_INVALID, "not_understood");
    out_init(&o, jc->gate.arena, FORM_MOST);
    put(&o, "email", in->email);
    TRY(out_st(&o));
    TRY(stripe_ask(jc, &(struct stripe_request){ .method = "POST", .form = out_view(&o),
        .key = uid_str(jc->gate.arena, in->request),
        .path = str_fmt(jc->gate.arena, "customers/%.*s", STR_ARG(in->customer)) }, &answer));
    stripe_answer_end(&answer);
    if (answer.status == 200)
        return ST_OK;
    return refused(&answer) ? job_give_up(jc, ST_UPSTREAM, "refused") : job_fail(jc, ST_UPSTREAM, "no_answer");
}

/* ---- how does it stand? ---------------------------------------------------------------------------------------------- */

/* Asked a while after the customer left: whatever there is to report is reported here, not returned. */
static st fetch(struct job_cx *jc, str reference, struct gateway_message *out)
{
    struct arena *a = jc->gate.arena;
    struct payment_get_row p;
    *out = (struct gateway_message){ .kind = GATEWAY_PENDING };
    if (reference.n == 0)
        return ST_NOT_FOUND;
    const char *kind = str_starts(reference, S("cs_")) ? "checkout/sessions" : "payment_intents";
    TRY(stripe_look(jc, str_fmt(a, "%s/%.*s", kind, STR_ARG(reference))));
    TRY(payment_get(jc->gate.db, a, &(struct payment_get_in){ .id = jc->job.object }, &p));
    jc->result.retry_seconds = str_eq(p.status, S("pending")) ? LOOK_AGAIN_LATER : LOOK_AGAIN;
    bool open = str_eq(p.status, S("started")) || str_eq(p.status, S("pending"));
    return open ? ST_OK : ST_NOT_FOUND; /* the second: settled now, nothing more to say */
}

/* ---- what comes in --------------------------------------------------------------------------------------------------- */

static st callback(struct gate *g, const struct gateway_post *post, struct gateway_message *out)
{
    struct stripe_event event;
    TRY(stripe_signed(post->signature, post->body, post->config->stripe.webhook_secret, post->now));
    TRY(stripe_event_read(g->arena, post->body, &event));
    *out = (struct gateway_message){ .event_id = event.id, .kind = GATEWAY_NOTICE, .reference = event.object };
    return ST_OK;
}

/* ---- before it is offered -------------------------------------------------------------------------------------------- */

/* Amounts are sent in the smallest unit. Stripe counts a few currencies otherwise than ISO 4217 does; they are not offered. */
static bool currency_fits(str code)
{
    static const str fit[] = { SI("GBP"), SI("EUR"), SI("USD"), SI("CHF"), SI("SEK"), SI("DKK"), SI("NOK"), SI("PLN"),
                               SI("CZK"), SI("RON"), SI("BGN"), SI("AUD"), SI("CAD"), SI("NZD"), SI("JPY"), SI("SGD"), SI("HKD") };
    for (size_t i = 0; i < COUNT(fit); i++)
        if (str_eq(code, fit[i]))
            return true;
    return false;
}

static st check(struct arena *a, const struct config *c, str *problem)
{
    const char *wrong = NULL;
    str key = c->stripe.secret_key;
    bool key_fits = str_starts(key, S("sk_")) || str_starts(key, S("rk_"));
    if (!key_fits || !utf8_printable(key, false) || str_index(key, ' ') < key.n)
        wrong = "stripe.secret_key should be the secret key (sk_…) or a restricted key (rk_…) of the Stripe account";
    else if (!str_starts(c->stripe.webhook_secret, S("whsec_")))
        wrong = "stripe.webhook_secret should be the signing secret (whsec_…) of the webhook endpoint /callback/stripe";
    else if (!stripe_base_allowed(c->stripe.api, c->trial.enabled))
        wrong = "stripe.api should begin with https:// (in a trial it may be on this machine)";
    for (size_t i = 0; !wrong && i < c->shop.currencies.n; i++)
        if (!currency_fits(c->shop.currencies.v[i])) {
            *problem = str_fmt(a, "shop.currencies: %.*s cannot be taken through the gateway 'stripe'",
                               STR_ARG(c->shop.currencies.v[i]));
            return ST_CONFIG;
        }
    if (wrong)
        *problem = str_c(wrong);
    return wrong ? ST_CONFIG : ST_OK;
}

const struct gateway stripe_gateway = {
    .name = "stripe",
    .clause = CLAUSE_S12B,
    .recipient = RECIPIENT_GATEWAY_STRIPE,
    .fields = fields,
    .n_fields = COUNT(fields),
    .authorise = authorise,
    .refund = refund,
    .withdraw = withdraw,
    .fetch = fetch,
    .look = stripe_look,
    .page = stripe_page,
    .collect = collect,
    .forget = forget,
    .correct = correct,
    .callback = callback,
    .check = check,
};
