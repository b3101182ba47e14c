/* Links in messages: a token per person and topic that is made again when it is needed, and known only by its code. */
#include "consent.h"

#include "codec.h"
#include "consent_sql.h"
#include "hash.h"
#include "str.h"

#define BYTES 32

static st token_key(struct gate *g, uint8_t key[HASH_KEY])
{
    return vault_token_key(g->vault, key);
}

static st code_of(struct gate *g, str token, str *code)
{
    uint8_t key[HASH_KEY], *out = NEWN(g->arena, uint8_t, BYTES);
    if (!out)
        return ST_NO_MEMORY;
    TRY(token_key(g, key));
    hash_keyed(key, token, out, BYTES);
    secret_wipe(key, sizeof key);
    *code = (str){ (const char *)out, BYTES };
    return ST_OK;
}

st mail_link_token(struct gate *g, uid person, enum topic topic, str *token)
{
    uint8_t key[HASH_KEY], bytes[BYTES];
    TRY(token_key(g, key));
    str what = str_fmt(g->arena, "mail-link|%.*s|%s", STR_ARG(uid_str(g->arena, person)), topic_info[topic].name);
    hash_keyed(key, what, bytes, sizeof bytes);
    secret_wipe(key, sizeof key);
    *token = b64url_fmt(g->arena, bytes, sizeof bytes);
    return token->p ? ST_OK : ST_NO_MEMORY;
}

st mail_link_put_nt(struct cx *cx, int64_t person, uid person_uid, enum topic topic)
{
    str token, code;
    TRY(mail_link_token(&cx->gate, person_uid, topic, &token));
    TRY(code_of(&cx->gate, token, &code));
    return consent_link_add(CX_DB(cx), &(struct consent_link_add_in){ .person = person, .topic = str_c(topic_info[topic].name),
                                                               .code = code, .at = cx->gate.now }, NULL);
}

st mail_link_find(struct gate *g, str token, int64_t *person, enum topic *topic)
{
    struct consent_link_get_row row;
    str code;
    TRY(code_of(g, token, &code));
    TRY(consent_link_get(g->db, g->arena, &(struct consent_link_get_in){ .code = code }, &row));
    *person = row.person_id;
    return topic_find(row.topic, topic) ? ST_OK : ST_NOT_FOUND;
}
