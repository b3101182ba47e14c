// must not compile: unused-result
// A refusal that nobody looks at.
#include "gate.h"

void use(struct gate *g, const struct sealed *s, str *plain);
void use(struct gate *g, const struct sealed *s, str *plain)
{
#ifdef GOOD
    IGNORE(gate_use(g, COL_person_email, PURPOSE_NOTIFY, (uid){ { 0 } }, s, plain));
#else
    gate_use(g, COL_person_email, PURPOSE_NOTIFY, (uid){ { 0 } }, s, plain);
#endif
}
