/* Was this form sent from one of our own pages?
 *
 * A browser says where a POST comes from (Origin, Sec-Fetch-Site): another site is refused. Whoever is signed in must
 * also send the token of their session. A visitor may have got a session (in another tab) after the page was made,
 * so without a token the browser's word that it was our page is enough; without any session there is nothing that
 * another site could misuse. */
#include "state.h"
#include "str.h"

/* "https://host" of this request, or the public address that is configured. */
static bool our_origin(const struct rq_state *s)
{
    str ours = str_cat(s->rq.arena, s->secure ? S("https://") : S("http://"), s->host);
    str public = s->rq.config->web.url;
    if (str_ends(public, S("/")))
        public.n--;
    return str_ieq(s->origin, ours) || (public.n && str_ieq(s->origin, public));
}

static bool from_elsewhere(const struct rq_state *s)
{
    if (s->origin.n && !our_origin(s))
        return true;
    return s->fetch_site.n && !str_eq(s->fetch_site, S("same-origin")) && !str_eq(s->fetch_site, S("none"));
}

static bool token_fits(const struct rq_state *s, str sent)
{
    str want = s->rq.csrf;
    return want.n && sent.n == want.n && bytes_eq_ct(sent.p, want.p, want.n);
}

st csrf_check(const struct rq_state *s, const struct form_pairs *pairs)
{
    str sent = form_token(pairs, S("csrf"));
    bool signed_in = s->rq.actor.kind != ACTOR_VISITOR;
    if (from_elsewhere(s))
        return ST_DENIED;
    if (token_fits(s, sent) || s->rq.actor.session == 0)
        return ST_OK;
    return !signed_in && sent.n == 0 && s->origin.n ? ST_OK : ST_EXPIRED;
}
