// must not compile: incompatible types
// A plain text bound to a sealed column.
#include "gate_test_sql.h"

st store(struct db *db, const struct sealed *sealed, str plain);
st store(struct db *db, const struct sealed *sealed, str plain)
{
#ifdef GOOD
    (void)plain;
    return gate_test_store(db, &(struct gate_test_store_in){ 1, sealed, sealed }, NULL);
#else
    (void)sealed;
    return gate_test_store(db, &(struct gate_test_store_in){ 1, plain, plain }, NULL);
#endif
}
