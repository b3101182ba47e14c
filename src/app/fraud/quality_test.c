/* Names and addresses: what was typed at random is seen, and nobody is suspected for a name. */
#include "fraud.h"

#include "str.h"
#include "t.h"

#define STREET "12 Quillfeather Lane"

static bool name_suspected(const struct fraud_signals *s)
{
    return s->v[FRAUD_name_repeats] || s->v[FRAUD_name_digits] || s->v[FRAUD_name_letterless] || s->v[FRAUD_name_keyboard] ||
           s->v[FRAUD_name_is_address];
}

/* Short, long, rare, and in the scripts of the world. */
static const char *const good_names[] = {
    "Li", "O", "Wu Yi", "Ng", "Bo Å", "Alice Marlowe", "Siobhán O’Connor", "Jean-Luc d'Arc", "Nguyễn Thị Ánh", "Łukasz Żółć",
    "Ægir Þórsson", "Anna Wertz", "Anne Trew", "Lloyd Power", "Aaron Hmmm-Schmidt", "Zzyzx Road", "X Æ", "José María de la Cruz y Vega",
    "Генри Ефимов", "Ὀδυσσεύς Παπαδόπουλος", "李", "王小明", "山田 太郎", "ｻﾄｳ ﾊﾅｺ", "김민준", "محمد عبد الله", "مـــــحمد", "יוסף כהן", "अनिल कुमार",
    "สมชาย ใจดี", "தமிழ் செல்வன்", "ሰላም ተስፋዬ", "გიორგი მაისურაძე", "Հայկ Պետրոսյան", "Henry Tudor VIII", "Property Management",
};

static const struct {
    const char *name;
    enum fraud_signal want;
} bad_names[] = {
    { "aaaa bbbb", FRAUD_name_repeats },        { "Jooooohn", FRAUD_name_repeats },       { "ДДДД", FRAUD_name_repeats },
    { "Alice 2", FRAUD_name_digits },           { "J0hn Smith", FRAUD_name_digits },      { "علي ٣", FRAUD_name_digits },
    { "...", FRAUD_name_letterless },           { "!!", FRAUD_name_letterless },          { "—", FRAUD_name_letterless },
    { "12345", FRAUD_name_letterless },         { "qwerty", FRAUD_name_keyboard },        { "Asdfgh Jkl", FRAUD_name_keyboard },
    { "asdf", FRAUD_name_keyboard },            { "Zxcvb N", FRAUD_name_keyboard },       { "azertyui", FRAUD_name_keyboard },
    { "poiuyt", FRAUD_name_keyboard },          { "Abcdef", FRAUD_name_keyboard },        { STREET, FRAUD_name_is_address },
    { "12 QUILLFEATHER lane ", FRAUD_name_is_address },
};

static const char *const good_addresses[] = { STREET, "1111 Main Street", "Chausseestraße 1", "丸の内1-1-1", "شارع الملك ٢٢", "ул. Ленина 5", "Flat 2B", "A1" };

static const struct {
    const char *address;
    enum fraud_signal want;
} bad_addresses[] = {
    { "xxxxx", FRAUD_address_repeats }, { "123", FRAUD_address_letterless }, { "--", FRAUD_address_letterless },
    { "asdf 1", FRAUD_address_keyboard }, { "qwertyuiop", FRAUD_address_keyboard },
};

int main(void)
{
    struct fraud_signals s;
    for (size_t i = 0; i < COUNT(good_names); i++) {
        s = (struct fraud_signals){ { 0 } };
        fraud_quality(str_c(good_names[i]), S(STREET), &s);
        t_ok(!name_suspected(&s), good_names[i]);
    }
    for (size_t i = 0; i < COUNT(bad_names); i++) {
        s = (struct fraud_signals){ { 0 } };
        fraud_quality(str_c(bad_names[i].name), S(STREET), &s);
        t_i64(s.v[bad_names[i].want], 1, bad_names[i].name);
    }
    for (size_t i = 0; i < COUNT(good_addresses); i++) {
        s = (struct fraud_signals){ { 0 } };
        fraud_quality(S("Li"), str_c(good_addresses[i]), &s);
        t_ok(!s.v[FRAUD_address_repeats] && !s.v[FRAUD_address_letterless] && !s.v[FRAUD_address_keyboard], good_addresses[i]);
    }
    for (size_t i = 0; i < COUNT(bad_addresses); i++) {
        s = (struct fraud_signals){ { 0 } };
        fraud_quality(S("Li"), str_c(bad_addresses[i].address), &s);
        t_i64(s.v[bad_addresses[i].want], 1, bad_addresses[i].address);
    }
    return t_done();
}
