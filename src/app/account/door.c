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
    bool comes_back = !staff && str_eq(row.status, S("closed")); /* signing in opens the account again */
    if (!str_eq(row.status, S("active")) && !comes_back)
        return ST_NOT_FOUND;
    out->person = row.id;
    return gate_use(g, COL_person_password, PURPOSE_SECURITY, row.uid, row.password, &out->password);
}
