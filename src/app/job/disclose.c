/* Command disclosure.record: the courier is about to tell somebody outside something. */
#include "catalog.h"
#include "job.h"
#include "str.h"

#define FIELDS_MOST 32

st cmd_disclosure_record(struct cx *cx, const struct disclosure_record_in *in, struct disclosure_record_out *out)
{
    (void)out;
    enum column_id fields[FIELDS_MOST];
    struct disclosure d = { .fields = fields, .person = in->person, .ref = in->ref };
    str name, rest = in->fields;
    if (!recipient_find(in->recipient, &d.to))
        return cx_invalid(cx, "recipient", "err.choice");
    if (!purpose_find(in->purpose, &d.purpose))
        return cx_invalid(cx, "purpose", "err.choice");
    while (!str_empty(rest) && str_next(&rest, ',', &name))
        if (d.n == FIELDS_MOST || !column_find(name, &fields[d.n++]))
            return cx_invalid(cx, "fields", "err.choice");
    d.ref_kind = str_z(CX_ARENA(cx), in->ref_kind);
    return d.ref_kind ? gate_disclose_nt(&cx->gate, &d) : ST_INVALID;
}
