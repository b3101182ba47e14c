/* One question to Stripe's API. The key goes into one header and nowhere else. */
#include <curl/curl.h>
#include <string.h>

#include "config_keys.h"
#include "out.h"
#include "str.h"
#include "stripe.h"

#define ASK_SECONDS 30L
#define CONNECT_SECONDS 10L
#define ANSWER_MOST (512 << 10)

static size_t take(char *p, size_t size, size_t n, void *to)
{
    struct out *o = to;
    out_bytes(o, p, size * n);
    return o->err == ST_OK ? size * n : 0;
}

static const char *address(struct arena *a, str base, const struct stripe_request *q)
{
    while (str_ends(base, S("/")))
        base = str_sub(base, 0, base.n - 1);
    bool query = q->form.n && strcmp(q->method, "GET") == 0;
    return str_z(a, str_fmt(a, "%.*s/v1/%.*s%s%.*s", STR_ARG(base), STR_ARG(q->path), query ? "?" : "",
                            query ? (int)q->form.n : 0, q->form.p ? q->form.p : ""));
}

/* A list of headers, or NULL: half a list is never sent. */
static struct curl_slist *headers_of(struct arena *a, const struct config *c, const struct stripe_request *q)
{
    str lines[3] = { str_fmt(a, "Authorization: Bearer %.*s", STR_ARG(c->stripe.secret_key)),
                     S("Stripe-Version: " STRIPE_VERSION) };
    size_t n = 2;
    if (q->key.n)
        lines[n++] = str_fmt(a, "Idempotency-Key: %.*s", STR_ARG(q->key));
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *z = str_z(a, lines[i]);
        struct curl_slist *longer = z ? curl_slist_append(list, z) : NULL;
        if (!longer) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

static CURLcode perform(CURL *c, const struct stripe_request *q, const char *where, struct curl_slist *headers, struct out *answer)
{
    curl_easy_setopt(c, CURLOPT_URL, where);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, ASK_SECONDS);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, (void *)answer);
    if (strcmp(q->method, "POST") == 0) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->form.n ? q->form.p : "");
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)q->form.n);
    } else if (strcmp(q->method, "DELETE") == 0) {
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "DELETE");
    }
    return curl_easy_perform(c);
}

st stripe_ask(struct job_cx *jc, const struct stripe_request *q, struct stripe_answer *out)
{
    const struct config *c = jc->config;
    struct arena *a = jc->gate.arena;
    *out = (struct stripe_answer){ 0 };
    if (str_empty(c->stripe.secret_key) || !stripe_base_allowed(c->stripe.api, c->trial.enabled))
        return job_give_up(jc, ST_CONFIG, "stripe_not_configured");
    struct out answer;
    out_init(&answer, a, ANSWER_MOST);
    const char *where = address(a, c->stripe.api, q);
    struct curl_slist *headers = headers_of(a, c, q);
    CURL *curl = curl_easy_init();
    CURLcode code = where && headers && curl ? perform(curl, q, where, headers, &answer) : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    if (code == CURLE_OUT_OF_MEMORY || arena_failed(a))
        return ST_NO_MEMORY;
    str text = out_view(&answer);
    out->json = code == CURLE_OK ? json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (out->json && !json_is_object(out->json))
        stripe_answer_end(out);
    return ST_OK;
}

void stripe_answer_end(struct stripe_answer *answer)
{
    json_decref(answer->json);
    answer->json = NULL;
}
