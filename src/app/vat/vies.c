#include "vies.h"

#include <curl/curl.h>
#include <jansson.h>

#include "fold.h"
#include "out.h"
#include "str.h"

#define ASK_SECONDS 30L
#define ANSWER_MOST 65536
#define NAME_WORDS 16

/* ---- understanding ---- */

/* At most so many bytes, and none of a character that would not be whole. */
static str cut(str s, size_t most)
{
    s = str_sub(s, 0, most);
    while (s.n > 0 && !utf8_valid(s))
        s.n--;
    return s;
}

static str member(struct arena *a, const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_string(v))
        return S("");
    str s = str_trim((str){ json_string_value(v), json_string_length(v) });
    return utf8_printable(s, true) ? str_dup(a, cut(s, 300)) : S("");
}

/* What the service says went wrong: in userError beside the verdict, or in errorWrappers instead of one. */
static str complaint(struct arena *a, const json_t *o)
{
    str user = member(a, o, "userError");
    if (str_eq(user, S("VALID")) || str_eq(user, S("INVALID")))
        return S("");
    if (!str_empty(user))
        return user;
    return member(a, json_array_get(json_object_get(o, "errorWrappers"), 0), "error");
}

static const char *problem_word(str complaint)
{
    static const struct {
        str code;
        const char *word;
    } known[] = {
        { SI("MS_UNAVAILABLE"), "ms_unavailable" },
        { SI("SERVICE_UNAVAILABLE"), "service_unavailable" },
        { SI("TIMEOUT"), "timeout" },
        { SI("INVALID_REQUESTER_INFO"), "requester_refused" },
        { SI("VAT_BLOCKED"), "blocked" },
        { SI("IP_BLOCKED"), "blocked" },
        { SI("GLOBAL_MAX_CONCURRENT_REQ"), "busy" },
        { SI("GLOBAL_MAX_CONCURRENT_REQ_TIME"), "busy" },
        { SI("MS_MAX_CONCURRENT_REQ"), "busy" },
        { SI("MS_MAX_CONCURRENT_REQ_TIME"), "busy" },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(known[i].code, complaint))
            return known[i].word;
    return "not_understood";
}

static void read_object(struct arena *a, const json_t *o, struct vies_answer *out)
{
    const json_t *valid = json_object_get(o, "valid");
    str said = complaint(a, o), name = member(a, o, "name"), reference = member(a, o, "requestIdentifier");
    bool told = json_is_boolean(valid) && str_empty(said);
    if (str_eq(said, S("INVALID_INPUT"))) { /* no state has such numbers */
        out->result = VIES_INVALID;
        out->problem = NULL;
    } else if (!told) {
        out->problem = problem_word(said);
    } else {
        out->result = json_is_true(valid) ? VIES_VALID : VIES_INVALID;
        out->problem = NULL;
        out->reference = cut(reference, 80);
        out->name = str_eq(name, S("---")) ? S("") : name;
    }
}

void vies_read(struct arena *a, long status, str body, struct vies_answer *out)
{
    *out = (struct vies_answer){ .result = VIES_UNKNOWN, .problem = "not_understood" };
    json_error_t error;
    json_t *json = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &error);
    if (status >= 200 && status < 600 && json_is_object(json))
        read_object(a, json, out);
    if (status >= 400 && out->result == VIES_VALID) {
        out->result = VIES_UNKNOWN; /* an error never confirms anything */
        out->problem = "not_understood";
    }
    json_decref(json);
}

/* ---- asking ---- */

static size_t take(char *p, size_t size, size_t n, void *to)
{
    struct out *o = to;
    out_bytes(o, p, size * n);
    return o->err == ST_OK ? size * n : 0;
}

static str question_json(struct arena *a, const struct vies_question *q)
{
    struct out o;
    out_init(&o, a, 4096);
    out_str(&o, S("{\"countryCode\": "));
    out_json(&o, q->state);
    out_str(&o, S(", \"vatNumber\": "));
    out_json(&o, q->number);
    if (!str_empty(q->own_state)) {
        out_str(&o, S(", \"requesterMemberStateCode\": "));
        out_json(&o, q->own_state);
        out_str(&o, S(", \"requesterNumber\": "));
        out_json(&o, q->own_number);
    }
    out_byte(&o, '}');
    return o.err == ST_OK ? out_view(&o) : S("");
}

static CURLcode post(CURL *c, const char *address, str body, struct out *answer, long *status)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(c, CURLOPT_URL, address);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.p);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body.n);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, ASK_SECONDS);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, (void *)answer);
    CURLcode code = headers ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    return code;
}

st vies_ask(struct arena *a, const struct vies_question *q, struct vies_answer *out)
{
    str base = str_empty(q->base) ? S(VIES_BASE) : q->base;
    while (str_ends(base, S("/")))
        base = str_sub(base, 0, base.n - 1);
    if (!vies_base_allowed(base))
        return ST_CONFIG;
    const char *address = str_z(a, str_fmt(a, "%.*s/check-vat-number", STR_ARG(base)));
    str body = question_json(a, q);
    struct out answer;
    out_init(&answer, a, ANSWER_MOST);
    CURL *c = curl_easy_init();
    if (!address || !c || arena_failed(a)) {
        curl_easy_cleanup(c);
        return ST_NO_MEMORY;
    }
    long status = 0;
    CURLcode code = post(c, address, body, &answer, &status);
    curl_easy_cleanup(c);
    if (code == CURLE_OK)
        vies_read(a, status, out_view(&answer), out);
    else
        *out = (struct vies_answer){ .result = VIES_UNKNOWN, .problem = "no_answer" };
    return arena_failed(a) ? ST_NO_MEMORY : ST_OK;
}

/* ---- names ---- */

/* Words that half of all companies have in their name. */
static bool says_nothing(str word)
{
    static const str forms[] = { SI("ltd"), SI("limited"), SI("gmbh"), SI("inc"), SI("the"), SI("and"), SI("und"), SI("sarl"),
                                 SI("sas"), SI("spa"), SI("srl"), SI("company"), SI("plc"), SI("llc"), SI("sro"), SI("oyj") };
    for (size_t i = 0; i < COUNT(forms); i++)
        if (str_eq(word, forms[i]))
            return true;
    return word.n < 3;
}

static bool share_a_word(struct arena *a, str x, str y)
{
    str xs[NAME_WORDS], ys[NAME_WORDS];
    size_t nx = fold_words(a, x, xs, NAME_WORDS), ny = fold_words(a, y, ys, NAME_WORDS);
    for (size_t i = 0; i < nx; i++)
        for (size_t k = 0; k < ny; k++)
            if (!says_nothing(xs[i]) && str_eq(xs[i], ys[k]))
                return true;
    return false;
}

const char *vies_name_match(struct arena *a, str holder, str company, str full_name)
{
    if (str_empty(holder))
        return "not_given";
    return share_a_word(a, holder, company) || share_a_word(a, holder, full_name) ? "yes" : "no";
}
