/* Codes by which orders are compared end when the statement says: they are the only thing here that nobody can look at, so
 * nobody would notice that they were still there. */
#include "clock.h"
#include "fraud.h"
#include "fraud_sql.h"
#include "privacy.h"
#include "statement.h"

st cmd_fraud_sweep(struct cx *cx, const struct fraud_sweep_in *in, struct fraud_sweep_out *out)
{
    (void)in;
    struct fraud_traces_oldest_rows rows;
    int64_t upto = 0;
    date today = date_london(cx->gate.now);
    TRY(fraud_traces_oldest(CX_DB(cx), CX_ARENA(cx), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        date end = statement_end(cx->gate.statement, COL_fraud_trace_code, date_london(rows.v[i].at), privacy_year_end(cx->config));
        if (end.days == DATE_NONE.days || end.days > today.days)
            break;
        upto = rows.v[i].id;
    }
    return upto > 0 ? fraud_traces_drop(CX_DB(cx), &(struct fraud_traces_drop_in){ .upto = upto }, &out->gone) : ST_OK;
}
