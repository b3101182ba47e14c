#include "mail.h"

#include "mail_sql.h"
#include "str.h"

#define VERIFY_SECONDS (48 * 3600)
#define RESET_SECONDS (20 * 60)

#define MAIL_WORD(name, object) [MAIL_##name] = #name,
static const char *const words[MAIL_N] = { MAIL_TEMPLATES(MAIL_WORD) };
#undef MAIL_WORD

const char *mail_word(enum mail mail)
{
    return words[mail];
}

st mail_parse(str word, enum mail *out)
{
    for (size_t i = 0; i < MAIL_N; i++) {
        if (str_eq(word, str_c(words[i]))) {
            *out = (enum mail)i;
            return ST_OK;
        }
    }
    return ST_NOT_FOUND;
}

st mail_queue_nt(struct cx *cx, enum mail mail, int64_t person, int64_t object, str occasion)
{
    struct arena *a = CX_ARENA(cx);
    str kind = str_fmt(a, MAIL_JOB "%s", words[mail]);
    str key = str_fmt(a, MAIL_JOB "%s:%lld:%.*s", words[mail], (long long)object, STR_ARG(occasion));
    return cx_job_nt(cx, kind, key, person, object, cx->gate.now);
}

/* ST_INVALID for a kind of link that does not exist. */
static st lifetime(str kind, int64_t *seconds)
{
    if (str_eq(kind, S("verify")))
        *seconds = VERIFY_SECONDS;
    else if (str_eq(kind, S("reset")))
        *seconds = RESET_SECONDS;
    else
        return ST_INVALID;
    return ST_OK;
}

st cmd_mail_token(struct cx *cx, const struct mail_token_in *in, struct mail_token_out *out)
{
    (void)out;
    int64_t seconds;
    TRY(lifetime(in->kind, &seconds));
    TRY(mail_token_void(CX_DB(cx), &(struct mail_token_void_in){ .person = in->person, .kind = in->kind, .now = cx->gate.now },
                        NULL));
    struct mail_token_add_row row;
    return mail_token_add(CX_DB(cx), CX_ARENA(cx),
                          &(struct mail_token_add_in){
                              .person = in->person,
                              .kind = in->kind,
                              .code = in->token_code,
                              .now = cx->gate.now,
                              .expires = { cx->gate.now.s + seconds },
                          },
                          &row);
}
