#include "rnd.h"

#include "codec.h"
#include "t.h"

int main(void)
{
    uid a = rnd_uid(), b = rnd_uid();
    t_ok(!uid_eq(a, b) && !uid_zero(a), "two draws differ");
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
