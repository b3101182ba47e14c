/* Handing a message over, as configured. */
#include "config_keys.h"
#include "message.h"
#include "str.h"

st message_send(struct arena *a, const struct config *c, struct mail_message *m, str envelope, const char **told,
                struct relay_answer *answer)
{
    bool relay = !str_empty(c->mail.relay);
    str text;
    if (message_sender_parse(a, c->mail.from, &m->from_name, &m->from) != ST_OK) {
        *told = "bad_sender";
        return ST_CONFIG;
    }
    if (message_compose(a, m, relay, &text) != ST_OK) {
        *told = "message_refused";
        return ST_INVALID;
    }
    if (!relay)
        return deliver_maildir(a, str_cat(a, c->data.dir, S("/mail")), m->id, text);
    struct relay to = { .url = c->mail.relay, .user = c->mail.user, .password = c->mail.password };
    st s = deliver_smtp(a, &to, str_empty(envelope) ? m->from : envelope, m->to, text, answer);
    if (s == ST_UPSTREAM)
        *told = "relay_refused";
    return s;
}
