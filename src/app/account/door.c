/* Who may sign in with an address. */
#include "account.h"
#include "account_sql.h"
#include "str.h"

st account_door(struct gate *g, bool staff, str email, struct account_door *out)
{
    struct account_sign_in_row row;
    struct account_sign_in_in in = { .kind = staff ? S("staff") : S("customer") };
    TRY(account_email_code(g, email, &in.code));
    TRY(account_sign_in(g->db, g->arena, &in, &row));
    /* Who closed the account opens it again by signing in. */
    bool comes_back = !staff && str_eq(row.status, S("closed")) && row.closed_at.s != UTC_NONE.s;
    if (!str_eq(row.status, S("active")) && !comes_back)
        return ST_NOT_FOUND;
    out->person = row.id;
    return account_password_open(g, row.uid, row.password, &out->password);
}

/* To open the account is what it was given for; under a restriction (UK GDPR art. 18) only for the person's rights, which they
 * could not use without signing in. */
st account_password_open(struct gate *g, uid person, const struct sealed *value, str *encoded)
{
    st s = gate_use(g, COL_person_password, PURPOSE_ACCOUNT, person, value, encoded);
    return s == ST_RESTRICTED ? gate_use(g, COL_person_password, PURPOSE_RIGHTS, person, value, encoded) : s;
}
