#include "rnd.h"

#include "clock.h"
#include "codec.h"
#include "t.h"

#include <string.h>

int main(void)
{
    uid a = rnd_uid(), b = rnd_uid();
    t_ok(!uid_eq(a, b) && !uid_zero(a), "two draws differ");
    uint8_t one[16], two[16];
    clock_set((utc){ 1795000000 });
    a = rnd_uid();
    b = rnd_uid();
    t_ok(memcmp(a.b, b.b, 4) == 0 && memcmp(a.b + 4, b.b + 4, 12) != 0, "ids of one second stand together");
    clock_set((utc){ 1795000001 });
    t_ok(memcmp(rnd_uid().b, a.b, sizeof a.b) > 0 && memcmp(rnd_uid().b, b.b, sizeof b.b) > 0, "behind those made before");
    rnd_uids(5);
    a = rnd_uid();
    rnd_bytes(one, sizeof one);
    rnd_uids(5);
    rnd_bytes(two, sizeof two);
    t_ok(uid_eq(a, rnd_uid()), "ids from a seed come again");
    t_ok(memcmp(one, two, sizeof one) != 0, "bytes for keys do not");
    rnd_seed(7);
    a = rnd_uid();
    b = rnd_uid();
    t_ok(!uid_eq(a, b), "two seeded draws differ");
    rnd_seed(7);
    t_ok(uid_eq(a, rnd_uid()) && uid_eq(b, rnd_uid()), "the same seed gives the same draws");
    rnd_seed(8);
    t_ok(!uid_eq(a, rnd_uid()), "another seed gives others");
    int seen[3] = { 0 };
    bool below = true;
    for (int i = 0; i < 300; i++) {
        uint32_t v = rnd_below(3);
        below = below && v < 3;
        seen[v % 3]++;
    }
    t_ok(below && seen[0] > 50 && seen[1] > 50 && seen[2] > 50, "below three, and all of them");
    t_i64(rnd_below(1), 0, "below one there is only zero");
    return t_done();
}
