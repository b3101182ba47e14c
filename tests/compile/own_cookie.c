// must not compile: incompatible type
// A cookie that is not in the register.
#include "web.h"

st set(struct rq *rq);
st set(struct rq *rq)
{
#ifdef GOOD
    return rq_set_cookie(rq, COOKIE_CURRENCY, S("EUR"));
#else
    return rq_set_cookie(rq, "tracker", S("EUR"));
#endif
}
