/* The module `exec`: any program of the operator's, spoken to in JSON (docs/module-exec.md). */
#include <jansson.h>

#include "clock.h"
#include "codec.h"
#include "config_keys.h"
#include "exec.h"
#include "exec_answer.h"
#include "out.h"
#include "provision.h"
#include "str.h"

static void member(struct out *o, const char *name, str value)
{
    out_byte(o, ',');
    out_json(o, str_c(name));
    out_byte(o, ':');
    out_json(o, value);
}

/* Only what the verb's table names goes out: the same table the disclosure ledger was written from. */
static st write_question(struct job_cx *cx, enum provision_verb verb, const struct provision_in *in, str *out)
{
    struct out o;
    struct provision_fields fields = provision_fields(verb);
    out_init(&o, cx->gate.arena, EXEC_ANSWER_MAX);
    out_str(&o, S("{\"verb\":"));
    out_json(&o, str_c(provision_word(verb)));
    member(&o, "service", uid_str(cx->gate.arena, in->service));
    for (size_t i = 0; i < fields.n; i++)
        member(&o, fields.v[i].name, *(const str *)(const void *)((const char *)in + fields.v[i].offset));
    if (cx->config->trial.enabled)
        member(&o, "site", str_fmt(cx->gate.arena, "http://%.*s", STR_ARG(cx->config->trial.listen.text)));
    out_str(&o, S("}\n"));
    *out = out_view(&o);
    return out_st(&o);
}

/* A text member of the answer: absent is empty; too long, or with control characters, is a wrong answer. */
static st text_of(struct arena *a, json_t *answer, const char *name, size_t most, str *out)
{
    json_t *value = json_object_get(answer, name);
    *out = S("");
    if (!value)
        return ST_OK;
    if (!json_is_string(value))
        return ST_INVALID;
    str s = { json_string_value(value), json_string_length(value) };
    if (s.n > most || !utf8_printable(s, false))
        return ST_INVALID;
    *out = str_dup(a, s);
    return ST_OK;
}

/* A problem is a word: letters and underscores, so that nothing personal comes in by this way. */
static bool is_word(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_'))
            return false;
    return s.n > 0 && s.n <= 40;
}

static bool is_web_address(str s)
{
    return str_empty(s) || str_starts(s, S("http://")) || str_starts(s, S("https://"));
}

static st read_members(struct arena *a, json_t *answer, struct provision_out *out)
{
    json_t *ok = json_object_get(answer, "ok"), *usage = json_object_get(answer, "usage_bytes");
    if (!json_is_boolean(ok) || (usage && (!json_is_integer(usage) || json_integer_value(usage) < 0)))
        return ST_INVALID;
    TRY(text_of(a, answer, "username", 64, &out->username));
    TRY(text_of(a, answer, "password", 128, &out->password));
    TRY(text_of(a, answer, "address", 300, &out->address));
    TRY(text_of(a, answer, "remote_ref", 80, &out->remote_ref));
    TRY(text_of(a, answer, "problem", 40, &out->problem));
    out->usage_bytes = usage ? json_integer_value(usage) : -1;
    if (!is_web_address(out->address))
        return ST_INVALID;
    if (json_is_true(ok))
        return ST_OK;
    return is_word(out->problem) ? ST_UPSTREAM : ST_INVALID;
}

st exec_answer_read(struct arena *a, str text, struct provision_out *out)
{
    json_error_t error;
    json_t *answer = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error);
    st rc = json_is_object(answer) ? read_members(a, answer, out) : ST_INVALID;
    json_decref(answer);
    if (rc == ST_INVALID) {
        *out = (struct provision_out){ .usage_bytes = -1, .problem = S("malformed_answer") };
        rc = ST_UPSTREAM;
    }
    return rc;
}

/* Where the program is and what it may write to: as configured; in a trial, what `avow trial init` put there. */
static str program_of(struct arena *a, const struct config *c)
{
    if (str_empty(c->module.exec) && c->trial.enabled)
        return str_cat(a, c->data.dir, S("/trial/webspace"));
    return c->module.exec;
}

static str folder_of(struct arena *a, const struct config *c)
{
    return str_empty(c->module.exec_dir) ? str_cat(a, c->data.dir, S("/webspace")) : c->module.exec_dir;
}

static st exec_call(struct job_cx *cx, enum provision_verb verb, const struct provision_in *in, struct provision_out *out)
{
    struct arena *a = cx->gate.arena;
    struct exec_config config = {
        .program = str_z(a, program_of(a, cx->config)),
        .dir = str_z(a, folder_of(a, cx->config)),
        .seconds = (int)cx->config->module.exec_seconds,
    };
    str question, answer;
    *out = (struct provision_out){ .usage_bytes = -1 };
    if (!config.program || !config.dir || !*config.program) {
        out->problem = S("no_program_configured");
        return ST_UPSTREAM;
    }
    TRY(write_question(cx, verb, in, &question));
    st rc = exec_run(a, &config, question, &answer, &out->problem);
    return rc == ST_OK ? exec_answer_read(a, answer, out) : rc;
}

const struct provision_module provision_exec = {
    .name = "exec",
    .recipient = RECIPIENT_PLATFORM,
    .call = exec_call,
};
