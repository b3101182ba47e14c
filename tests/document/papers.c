/* Writes sample papers: papers DIR puts one PDF and, for what was issued, one XML for each into DIR, each made twice to see
 * that the same paper makes the same bytes; papers DIR TIMES says how much processor time the shortest and the longest
 * take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "clock.h"
#include "paper.h"
#include "rnd.h"
#include "str.h"

#define MANY 64

struct sample {
    const char *name, *currency, *treatment, *note, *status;
    enum paper_kind kind;
    struct paper_party party;
    size_t n_lines;
    int32_t rates[3];
    bool credit;
};

static const str home[] = { SI("12 Quillfeather Lane"), SI("Guildford"), SI("GU1 3XZ"), SI("United Kingdom") };
static const str berlin[] = { SI("Torstraße 119"), SI("10119 Berlin"), SI("Germany") };
static const str athens[] = { SI("Ακαδημίας 12"), SI("106 71 Αθήνα"), SI("Greece") };
static const str kyiv[] = { SI("вулиця Хрещатик, 22"), SI("01001 Київ"), SI("Ukraine") };
static const str yerevan[] = { SI("Աբովյան փողոց 8"), SI("0001 Երևան"), SI("Armenia") };
static const str taipei[] = { SI("No. 7, Section 5, Xinyi Road"), SI("Taipei 110"), SI("Taiwan") };
static const str wales[] = { SI("The Old Counting House of the Former Llanfairpwllgwyngyll Slate Company"), SI("Lower Ground Floor"),
                             SI("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"), SI("LL61 5UJ"), SI("United Kingdom") };
#define LINES(a) { a, COUNT(a) }

static const struct sample samples[] = {
    { "paid", "GBP", "domestic", "", "paid", PAPER_INVOICE,
      { .name = SI("Alice Marlowe"), .address = LINES(home), .country = SI("GB") }, 3, { 2000, 2000, 2000 }, false },
    { "proforma", "GBP", "domestic", "", "unpaid", PAPER_PROFORMA,
      { .name = SI("Alice Marlowe"), .address = LINES(home), .country = SI("GB") }, 2, { 2000, 2000, 2000 }, false },
    { "unpaid-credit", "GBP", "domestic", "", "unpaid", PAPER_INVOICE,
      { .name = SI("Alice Marlowe"), .address = LINES(home), .country = SI("GB") }, 2, { 2000, 2000, 2000 }, true },
    { "note", "GBP", "domestic", "", "issued", PAPER_CREDIT_NOTE,
      { .name = SI("Alice Marlowe"), .address = LINES(home), .country = SI("GB") }, 2, { 2000, 2000, 2000 }, false },
    { "euro", "EUR", "oss", "", "paid", PAPER_INVOICE,
      { .name = SI("Jürgen Weiß"), .address = LINES(berlin), .country = SI("DE"), .parts = SI("1.6.6 1.0.5 1.6.6") }, 4, { 1900, 700, 1900 }, false },
    { "euro-note", "EUR", "oss", "", "issued", PAPER_CREDIT_NOTE,
      { .name = SI("Jürgen Weiß"), .address = LINES(berlin), .country = SI("DE") }, 4, { 1900, 700, 1900 }, false },
    { "reverse", "EUR", "reverse_charge", "Reverse charge: the customer accounts for the VAT (Article 196 of Directive 2006/112/EC).",
      "unpaid", PAPER_INVOICE, { .name = SI("Jürgen Weiß"), .company = SI("Weiß & Söhne Webdienste GmbH"),
      .address = LINES(berlin), .country = SI("DE"), .vat_number = SI("DE136695976") }, 2, { 0, 0, 0 }, false },
    { "outside", "USD", "outside_scope", "Outside the scope of UK VAT.", "paid", PAPER_INVOICE,
      { .name = SI("Mei Lin"), .address = LINES(taipei), .country = SI("TW") }, 1, { 0, 0, 0 }, false },
    { "zero", "GBP", "domestic", "", "paid", PAPER_INVOICE,
      { .name = SI("Alice Marlowe"), .address = LINES(home), .country = SI("GB") }, 2, { 2000, 0, 2000 }, false },
    { "greek", "EUR", "oss", "", "paid", PAPER_INVOICE,
      { .name = SI("Ελένη Παπαδοπούλου"), .address = LINES(athens), .country = SI("GR") }, 1, { 2400, 0, 0 }, false },
    { "cyrillic", "USD", "outside_scope", "", "paid", PAPER_INVOICE,
      { .name = SI("Олександра Ґалаґан-Їжакевич"), .address = LINES(kyiv), .country = SI("UA") }, 1, { 0, 0, 0 }, false },
    { "armenian", "USD", "outside_scope", "", "paid", PAPER_INVOICE,
      { .name = SI("Անահիտ Հովհաննիսյան"), .address = LINES(yerevan), .country = SI("AM") }, 1, { 0, 0, 0 }, false },
    { "chinese", "USD", "outside_scope", "", "paid", PAPER_INVOICE,
      { .name = SI("林美玲 Mei Lin"), .address = LINES(taipei), .country = SI("TW") }, 1, { 0, 0, 0 }, false },
    { "hebrew", "USD", "outside_scope", "", "paid", PAPER_INVOICE,
      { .name = SI("נועה לוי Noa Levi"), .address = LINES(home), .country = SI("GB") }, 1, { 0, 0, 0 }, false },
    { "odd", "GBP", "domestic", "", "paid", PAPER_INVOICE,
      { .name = SI("Al\xef\xbf\xbfice <&> \"Marlowe\" (\\)"), .address = LINES(home), .country = SI("GB") }, 1, { 2000, 0, 0 }, false },
    { "long", "GBP", "domestic", "", "paid", PAPER_INVOICE,
      { .name = SI("Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Hubert Blaine the Third of that Name"),
        .company = SI("The Worshipful and Ancient Company of Extraordinarily Long Names, Trading Styles and Appellations Limited"),
        .address = LINES(wales), .country = SI("GB"), .vat_number = SI("GB123456782") }, MANY, { 2000, 500, 2000 }, false },
};

static const str goods[] = {
    SI("Starter web space, monthly (Disk space: 20 GB)"), SI("Setting up: Starter web space"),
    SI("Managed server, monthly (Memory: 16 GB, Backups: every night, kept for thirty days, Support: round the clock)"),
    SI("Mailboxes, monthly"),
};

static struct paper_line line_of(const struct sample *s, size_t i, struct arena *a)
{
    int64_t quantity = 1 + (int64_t)(i % 3), unit = 250 + (int64_t)(i * 1037 % 12000);
    struct paper_line l = {
        .description = goods[i % COUNT(goods)], .quantity = quantity, .unit = money_of(unit, str_c(s->currency)),
        .discount = money_of(i % 5 == 4 ? 100 : 0, str_c(s->currency)),
        .net = money_of(unit * quantity - (i % 5 == 4 ? 100 : 0), str_c(s->currency)), .rate_bp = s->rates[i % 3], .treatment = str_c(s->treatment),
        .hostname = i % 4 == 1 ? S("") : str_fmt(a, "site-%zu.quillfeather.example", i + 1),
        .from = i % 4 == 1 ? DATE_NONE : date_of(2026, 11, 23), .to = i % 4 == 1 ? DATE_NONE : date_of(2026, 12, 22),
    };
    if (money_vat(l.net, l.rate_bp, &l.vat) != ST_OK)
        exit(1);
    return l;
}

static void goods_of(const struct sample *s, struct arena *a, struct paper *p)
{
    struct paper_line *lines = NEWN(a, struct paper_line, s->n_lines);
    struct paper_rate *rates = NEWN(a, struct paper_rate, 3);
    for (size_t i = 0; i < s->n_lines; i++) {
        lines[i] = line_of(s, i, a);
        size_t r = 0;
        while (r < p->n_rates && rates[r].rate_bp != lines[i].rate_bp)
            r++;
        if (r == p->n_rates)
            rates[p->n_rates++] = (struct paper_rate){ lines[i].treatment, lines[i].rate_bp, money_of(0, str_c(s->currency)),
                                                       money_of(0, str_c(s->currency)) };
        rates[r].net.minor += lines[i].net.minor;
        rates[r].vat.minor += lines[i].vat.minor;
        p->net.minor += lines[i].net.minor;
        p->vat.minor += lines[i].vat.minor;
    }
    p->gross.minor = p->net.minor + p->vat.minor;
    p->lines = lines;
    p->n_lines = s->n_lines;
    p->rates = rates;
}

static struct paper paper_of(const struct sample *s, struct arena *a)
{
    static const str seller[] = { SI("1 Sample Street"), SI("London"), SI("EC1A 1BB"), SI("United Kingdom") };
    str cur = str_c(s->currency);
    bool issued = s->kind != PAPER_PROFORMA, note = s->kind == PAPER_CREDIT_NOTE;
    struct paper p = {
        .kind = s->kind, .status = str_c(s->status), .number = !issued ? (str){ 0 } : note ? S("CN-2026-00007") : S("INV-2026-00042"),
        .currency = cur, .treatment = str_c(s->treatment), .territory = s->party.country, .note = str_c(s->note),
        .created = { 1795420800 }, .paid_at = strcmp(s->status, "paid") ? UTC_NONE : (utc){ 1795507200 }, .due = date_of(2026, 11, 30),
        .issued = issued ? date_of(2026, 11, 24) : DATE_NONE, .tax_point = issued ? date_of(2026, 11, 24) : DATE_NONE,
        .seller = { .name = S("Example Hosting Ltd"), .address = LINES(seller), .country = S("GB"), .number = S("01234567"),
                    .vat_number = S("GB 999 9999 73"), .email = S("hello@example.test") },
        .party = s->party, .reference = S("PO-778"), .net = money_of(0, cur), .vat = money_of(0, cur), .gross = money_of(0, cur),
        .credit = money_of(0, cur), .to_pay = money_of(0, cur), .vat_gbp = money_of(0, S("GBP")), .gbp_rate = S("0.8550"),
        .credits_number = note ? S("INV-2026-00042") : (str){ 0 }, .credits_issued = note ? date_of(2026, 11, 23) : DATE_NONE,
        .reason = note ? S("cancellation") : S(""),
    };
    p.vat_shown = !strcmp(s->treatment, "domestic") || !strcmp(s->treatment, "oss");
    p.sterling_shown = p.vat_shown && strcmp(s->currency, "GBP") != 0;
    p.party.email = S("somebody@example.test");
    goods_of(s, a, &p);
    if (money_ratio(money_of(p.vat.minor, S("GBP")), 8550, 10000, &p.vat_gbp) != ST_OK)
        exit(1);
    if (s->credit)
        p.credit.minor = 500;
    if (!strcmp(s->status, "unpaid"))
        p.to_pay.minor = p.gross.minor - p.credit.minor;
    return p;
}

static void save(struct arena *a, const char *dir, const char *name, const char *kind, str bytes)
{
    FILE *f = fopen(str_z(a, str_fmt(a, "%s/%s.%s", dir, name, kind)), "wb");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0) {
        fprintf(stderr, "papers: %s/%s.%s cannot be written\n", dir, name, kind);
        exit(1);
    }
}

static void write_one(struct arena *a, const char *dir, const struct sample *s)
{
    static const str link = SI("https://example.test/invoices/0123456789abcdefghjkmnpqrs");
    struct paper p = paper_of(s, a);
    str pdf, again, xml;
    if (paper_pdf(a, &p, link, &pdf) != ST_OK || paper_pdf(a, &p, link, &again) != ST_OK || !str_eq(pdf, again)) {
        fprintf(stderr, "papers: %s cannot be made the same twice\n", s->name);
        exit(1);
    }
    save(a, dir, s->name, "pdf", pdf);
    st made = paper_ubl(a, &p, &xml);
    if (made != (s->kind == PAPER_PROFORMA ? ST_NOT_FOUND : ST_OK)) {
        fprintf(stderr, "papers: %s as UBL: %s\n", s->name, st_info(made)->name);
        exit(1);
    }
    if (made == ST_OK)
        save(a, dir, s->name, "xml", xml);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* others use this machine too */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    return *(const int64_t *)a < *(const int64_t *)b ? -1 : 1;
}

static void measure(const struct sample *s, int times)
{
    int64_t *took = calloc((size_t)times, sizeof *took);
    size_t bytes = 0;
    for (int i = 0; took && i < times; i++) {
        struct arena *a = arena_new(8u << 20);
        struct paper p = paper_of(s, a);
        str pdf;
        int64_t begin = now_us();
        if (paper_pdf(a, &p, S("https://example.test/"), &pdf) != ST_OK)
            exit(1);
        took[i] = now_us() - begin;
        bytes = pdf.n;
        arena_free(a);
    }
    qsort(took, (size_t)times, sizeof *took, compare);
    printf("%s: p50 %lld us, p99 %lld us, %zu bytes\n", s->name, (long long)took[times / 2], (long long)took[times * 99 / 100], bytes);
    free(took);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct arena *a = arena_new(8u << 20);
        write_one(a, argv[1], &samples[i]);
        arena_free(a);
    }
    if (argc > 2) {
        measure(&samples[0], atoi(argv[2]));
        measure(&samples[COUNT(samples) - 1], atoi(argv[2]));
    }
    return 0;
}
