/* Statements broken in one place each: every one is refused, and the message names the line and says what to write. */
#include "edit.h"

#include "t.h"

enum file { RULES_FILE, PROSE_FILE };

struct bad {
    const char *name;
    enum file file;
    const char *from, *to; /* what is changed in the statement that ships; from "": the whole file becomes `to` */
    int line;              /* of the message, counted from the line of the change; NOWHERE: it has none there */
    const char *what, *instead;
};
#define NOWHERE (-1)
#define R RULES_FILE
#define P PROSE_FILE

static const struct bad cases[] = {
    /* ---- YAML itself */
    { "an unclosed list", R, "S1:   [dpv:PersonalDataProcess, dpv:PrivacyNotice]", "S1:   [dpv:PersonalDataProcess", 1,
      "this is not YAML", "indentation" },
    { "a tab as indentation", R, "retention:\n  account:", "retention:\n\taccount:", 1, "this is not YAML", "indentation" },
    { "an empty file", R, "", "", 0, "empty", "Start from the rules that ship" },
    { "a second document", R, "# ---- Cookies.", "---\nmore: 1\n# ---- Cookies.", 0, "second document", "'---'" },
    { "an alias", R, "title: Privacy statement", "title: &t Privacy statement\nversion2: *t", 0, "anchors and aliases", "both places" },
    { "a key that stands twice", R, "title: Privacy statement", "title: Privacy statement\ntitle: Other", 1, "twice", "once" },
    { "a list where a map belongs", R, "cookies:\n  session:", "cookies: []\nother:\n  session:", 0, "name: value", "Indent" },
    { "a map where a text belongs", R, "title: Privacy statement", "title: { a: b }", 0, "must be a text", "title: text" },
    { "nested too deeply", R, "title: Privacy statement", "title: [[[[[[[[[[1]]]]]]]]]]", 0, "nested too deeply", "indentation" },
    { "a list as a key", R, "title: Privacy statement", "[a]: Privacy statement", 0, "plain word", "key: value" },
    { "a control character", R, "title: Privacy statement", "title: \"a\\x07b\"", 0, "control character", "plain text" },
    /* ---- names */
    { "an unknown section", R, "sources:\n", "sauces:\n", 0, "'sauces' is not known here", "Write 'sources'." },
    { "an unknown key", R, "    ground: we need it while", "    grounds: we need it while", 0, "'grounds' is not known here", "Write 'ground'." },
    { "a missing key", R, "    disposal: remove\n    on_request: goes\n    ends:\n      closed", "    on_request: goes\n    ends:\n      closed", NOWHERE, "'disposal' is missing", "Add a line" },
    { "an unknown clause", R, "  S22:  [dpv:PrivacyNotice]", "  S23:  [dpv:PrivacyNotice]", 0, "there is no clause 'S23'", "Write 'S2" },
    { "an unknown retention class", R, "    retention: books\n    fields:\n      reference", "    retention: bucks\n    fields:\n      reference", 0,
      "there is no retention class 'bucks'", "Write 'books'." },
    { "an unknown field at a point", R, "      account.telephone:\n        need: mandatory", "      account.telefone:\n        need: mandatory", 0,
      "there is no field 'account.telefone'", "Write 'account.telephone'." },
    { "no answer to a request", R, "    on_request: goes\n    ends:\n      closed", "    ends:\n      closed", NOWHERE, "'on_request' is missing", "Add a line" },
    { "an unknown way to dispose", R, "    disposal: generalise", "    disposal: shred", 0, "there is no way to dispose 'shred'", "remove" },
    { "an unknown time for keys", R, "    keys: month", "    keys: months", 0, "there is no time a key is for 'months'", "month" },
    { "hours of keeping", R, "{ after: recorded, period: P12M }", "{ after: recorded, period: PT12H }", 0, "what is kept is kept for whole days", "P30D" },
    { "something sealed made coarser", R, "      invoice.area: area\n", "      invoice.address: area\n", 0, "'invoice.address' is sealed", "column of its own" },
    { "another class's field made coarser", R, "      invoice.area: area\n", "      account.country: country\n", 0, "'account.country' is no field of this class", "category.field" },
    { "coarser in no known way", R, "      invoice.area: area\n", "      invoice.area: street\n", 0, "there is no way to make it coarser 'street'", "area" },
    { "a list of what is made coarser that nothing asks for", R, "    disposal: generalise", "    disposal: aggregate", NOWHERE, "'disposal: generalise' and the list", "take the list out" },
    { "a key of codes where there are none", R, "    on_request: stays\n    keys: month", "    on_request: stays\n    hash_key: P30D\n    keys: month", NOWHERE, "only 'disposal: keyed_hash' has a key of codes", "Take 'hash_key' out." },
    { "an unknown category in a use", R, "  records:  [consent, hold, invoice, order,", "  records:  [consent, hold, invoices, order,", 0,
      "there is no category 'invoices'", "Write 'invoice'." },
    { "an unknown purpose of a field", R, "        for: [contract, billing, fraud, notify]", "        for: [contract, billings]", 0,
      "there is no purpose 'billings'", "Write 'billing'." },
    { "an unknown purpose", R, "  prefs:\n    clause: S5a", "  prefers:\n    clause: S5a", 0, "there is no purpose 'prefers'", "Write 'prefs'." },
    { "an unknown recipient", R, "  mail_relay:\n", "  mail_rely:\n", 0, "there is no recipient 'mail_rely'", "Write 'mail_relay'." },
    { "an unknown point", R, "  checkout:\n    clause", "  check_out:\n    clause", 0, "there is no point 'check_out'", "Write 'checkout'." },
    { "an unknown cookie", R, "  currency:\n    clause", "  curency:\n    clause", 0, "there is no cookie 'curency'", "Write 'currency'." },
    { "an unknown source", R, "    sources: [browser]", "    sources: [brewer]", 0, "there is no source 'brewer'", "Write" },
    { "an unknown basis", R, "    basis: contract\n    words: to give", "    basis: contact\n    words: to give", 0,
      "there is no lawful basis 'contact'", "Write 'contract'." },
    { "an unknown event that ends", R, "{ after: account_closed, period: P30D }", "{ after: account_close, period: P30D }", 0,
      "there is no event 'account_close'", "Write 'account_closed'." },
    { "an unknown need", R, "        need: optional\n        for: [billing]", "        need: maybe\n        for: [billing]", 0,
      "there is no need 'maybe'", "Write one of: optional, mandatory" },
    { "no vocabulary term", R, "dpv: pd:Name }", "dpv: Name }", 0, "'Name' is no term", "pd:Term" },
    { "a country in words", R, "    country: BE", "    country: Belgium", NOWHERE, "'Belgium' is no country", "GB" },
    { "another method than the program's", R, "    method: network", "    method: form", NOWHERE, "the method is 'form'", "method: network" },
    /* ---- periods */
    { "a period of zero", R, "after: account_closed, period: P30D", "after: account_closed, period: P0D", 0, "a period of zero", "P30D" },
    { "a period without unit", R, "after: account_closed, period: P30D", "after: account_closed, period: 30", 0, "'30' is no period", "P6Y" },
    { "months before years", R, "period: P6Y30D", "period: P6M2Y", 0, "'P6M2Y' is no period", "P6Y30D" },
    { "a period of 900 years", R, "period: P10Y", "period: P900Y", 0, "more than a hundred years", "Nothing personal" },
    { "a cookie for ever", R, "    lifetime: P14D", "    lifetime: P20Y", NOWHERE, "400 days", "P1Y" },
    { "a cookie without an end", R, "    lifetime: P14D", "    lifetime: PT0S", 0, "a period of zero", "P30D" },
    /* ---- what must agree */
    { "a legitimate interest without a name", R, "    interest: a shop is easier to use when it remembers a choice you made\n", "", NOWHERE,
      "the interest is not named", "art. 13(1)(d)" },
    { "an interest for another basis", R, "    basis: contract\n    words: to give", "    basis: contract\n    interest: fun\n    words: to give", NOWHERE,
      "the basis is another", "basis: interest" },
    { "a field that nobody collects", R, "      region:    { title: county", "      planet:    { title: planet, dpv: pd:Region }\n      region:    { title: county", 0,
      "no point collects this field", "Add it to the fields of a point" },
    { "given out for what it is not held for", R, "      place: [tax_evidence.vat_number]", "      place: [tax_evidence.vat_number, service.secret]", 0,
      "'service.secret' is given out for 'place'", "Add 'place'" },
    { "given out twice", R, "      place: [tax_evidence.vat_number]", "      place: [tax_evidence.vat_number, tax_evidence.vat_number]", 0,
      "twice", "once" },
    { "a class that nothing is in", R, "categories:\n", "  spare:\n    title: Spare\n    ground: none\n    disposal: remove\n    on_request: goes\n    ends: { x: { after: recorded, period: P1D } }\ncategories:\n",
      NOWHERE, "no category is kept under this class", "Take it out" },
    { "a cookie under another clause", R, "  session:\n    clause: S5\n", "  session:\n    clause: S5a\n", NOWHERE, "belongs to clause S5", "clause: S5" },
    { "a purpose that is not named", R, "  fraud:\n    clause: S7\n    basis: interest\n    interest: orders that are not genuine cost us money, and harm the people in whose name they are made\n    words: to prevent fraudulent orders\n    dpv: dpv:FraudPreventionAndDetection\n",
      "", NOWHERE, "the program has the purpose 'fraud'", "Add 'fraud' under 'purposes'." },
    /* ---- prose */
    { "a clause under the wrong id", P, "## Checking VAT numbers {#S8}", "## Checking VAT numbers {#S9}", NOWHERE, "has a section already", "once" },
    { "a section without a clause", P, "## Checking VAT numbers {#S8}", "## Checking VAT numbers", 0, "does not say which clause", "{#S1}" },
    { "a section of no clause", P, "{#S8}", "{#S88}", 0, "there is no clause 'S88'", "Write 'S8'." },
    { "a section that stands twice", P, "## Checking VAT numbers {#S8}", "## More {#S7}\n\nMore.\n\n## Checking VAT numbers {#S8}", 0, "has a section already", "once" },
    { "text before the title", P, "# {{title}}", "Hello.\n\n# {{title}}", 0, "before the title", "{{title}}" },
    { "an empty file of prose", P, "", "", 0, "no title", "# {{title}}" },
    { "an unknown directive", P, "{{lifetime currency}}", "{{lifetimes currency}}", 0, "there is no directive 'lifetimes'", "Write 'lifetime'." },
    { "an unknown name of the configuration", P, "{{company.number}}", "{{company.nummer}}", 0, "'company.nummer'", "Write 'company.number'." },
    { "an unknown table", P, "{{table retention}}", "{{table retentions}}", 0, "there is no table 'retentions'", "Write 'retention'." },
    { "an unknown list", P, "{{list point.checkout.mandatory}}", "{{list checkout.mandatory}}", 0, "there is no list 'checkout'", "Write one of" },
    { "an empty list", P, "{{list point.checkout.mandatory}}", "{{list point.login.optional}}", 0, "is empty", "another list" },
    { "a directive without its name", P, "{{lifetime currency}}", "{{lifetime}}", 0, "says nothing about what", "{{lifetime name}}" },
    { "a directive that is not closed", P, "/privacy/versions, together", "{{list, together", 0, "'{{' without '}}'", "Close it" },
    { "HTML", P, "It is optional, and only there for you.", "<b>We</b> do not.", NOWHERE, "HTML is not allowed", "Markdown" },
    { "a picture", P, "It is optional, and only there for you.", "![We](/x.png) do not.", NOWHERE, "pictures are not allowed", "words" },
    { "a link out", P, "It is optional, and only there for you.", "[We](https://example.test/) do not.", NOWHERE, "leads out", "as words" },
    { "a script link", P, "It is optional, and only there for you.", "[We](javascript:alert(1)) do not.", NOWHERE, "leads out", "as words" },
};

static bool holds(str s, const char *what)
{
    return !what || str_find(s, str_c(what)) < s.n;
}

static void show(struct arena *a, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        struct out o;
        out_init(&o, a, 4096);
        finding_show(&o, &f->v[i]);
        printf("# %.*s", STR_ARG(out_view(&o)));
    }
}

static bool found(const struct findings *f, const struct bad *b, int line)
{
    str file = b->file == RULES_FILE ? S("rules.yaml") : S("statement.md");
    for (size_t i = 0; i < f->n; i++) {
        const struct finding *one = &f->v[i];
        if (str_eq(one->file, file) && holds(one->what, b->what) && holds(one->instead, b->instead) &&
            (b->line == NOWHERE || one->line == line + b->line))
            return true;
    }
    return false;
}

static void try(struct arena *a, struct statement_text shipped, const struct bad *b)
{
    struct findings f;
    const struct statement *s;
    int line = 1;
    str *file = b->file == RULES_FILE ? &shipped.rules : &shipped.prose;
    *file = *b->from ? edit_replace(a, *file, str_c(b->from), str_c(b->to), &line) : str_c(b->to);
    findings_init(&f, a);
    if (!t_ok(file->p != NULL, b->name))
        return;
    bool refused = statement_compile(a, shipped, &f, &s) == ST_RULES && f.errors > 0;
    if (!t_ok(refused && found(&f, b, line), "  is refused in words that help")) {
        printf("# changed line %d\n", line);
        show(a, &f);
    }
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct findings f;
    struct statement_text shipped;
    t_need(argc == 2 && a);
    findings_init(&f, a);
    t_need(statement_read(a, str_c(argv[1]), &f, &shipped) == ST_OK);
    for (size_t i = 0; i < COUNT(cases); i++)
        try(a, shipped, &cases[i]);
    arena_free(a);
    return t_done();
}
