/* MT940 statements, made up, in the shapes that :86: has. */
#include "file_test.h"

#define HEAD ":20:STMT1\r\n:25:00000012345678\r\n:28C:12/1\r\n:60F:C261122GBP100,00\r\n"

static void shapes(void)
{
    if (good(S(HEAD ":61:2611231123C12,50NTRFNONREF//B-1\r\n:86:A PAYER LTD AVX\r\n7K2 THANKS\r\n"
                    ":61:261124D3,NDDTRENT//B-2\r\n:86:RENT\r\n:62F:C261124GBP109,50\r\n-"), 2, "free text")) {
        t_str(shown(0), S("2026-11-23 1250 GBP|||A PAYER LTD AVX 7K2 THANKS|B-1|"), "lines are put together");
        t_str(shown(1), S("2026-11-24 -300 GBP|||RENT|B-2|RENT"), "a debit");
        t_str(file.account, S("00000012345678"), "whose account it is");
    }
    if (good(S("{1:F01BANKGB00AXXX0000000000}{2:I940BANKGB00XXXXN}{4:\r\n:20:S\r\n:25:DE00\r\n:28C:1\r\n:60F:C260402EUR0,\r\n"
               ":61:2604030403CR7,00N051NONREF\r\n:86:166?00GUTSCHRIFT?109310?20EREF+E-99?21SVWZ+Rechnung AVX?22-7K2?30BICXXX\r\n"
               "?31DE99?32ZAHLER ?33GMBH\r\n:62F:C260403EUR7,00\r\n-}"), 1, "numbered parts in an envelope"))
        t_str(shown(0), S("2026-04-03 700 EUR|ZAHLER GMBH|DE99|Rechnung AVX-7K2||E-99"), "taken apart");
    if (good(S(":20:S\n:25:NL00\n:28C:1\n:60F:D260402EUR1,00\n:61:2604030403C7,00N654NONREF//B\n"
               ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL99/BIC/BIC/NAME/BETALER/REMI/USTD//AVX 7\nK2/EREF/NOTPROVIDED\n:62F:C260403EUR6,00\n"), 1, "code words"))
        t_str(shown(0), S("2026-04-03 700 EUR|BETALER|NL99|AVX 7K2|B|"), "taken apart");
    if (good(S(":20:S\n:25:NL00\n:60F:C260402EUR0,00\n:61:260403C7,00NTRFEREF//B\n:86:/CNTP/NL99/INGBNL2A/BETALER/STAD//REMI/STRD/x/y/z\n"
               ":62F:C260403EUR7,00\n"), 1, "a counterparty in one"))
        t_str(shown(0), S("2026-04-03 700 EUR|BETALER|NL99|x/y/z|B|EREF"), "taken apart");
    if (good(S(":20:A\n:25:X\n:60F:C251231GBP1,00\n:61:2601010102RC1,00NTRFR//B\nmore\n:62M:C251231GBP0,00\n"
               ":20:B\n:25:X\n:60M:C251231GBP0,00\n:61:2512311231RD5,00NTRFS//C\n:61:260101EC5,00NTRFS//D\n:62F:C260101GBP10,00\n"), 3,
             "two pages, reversals, a turn of the year")) {
        t_str(shown(0), S("2026-01-02 -100 GBP|||more|B|R"), "a credit taken back");
        t_str(shown(1), S("2025-12-31 500 GBP||||C|S"), "a debit taken back");
    }
    good(S(":20:A\n:25:X\n:60F:C260101GBP1,00\n:61:2601011231C1,00NTRFR//B\n:62F:C260101GBP2,00\n"), 1, "booked in the year before");
    t_str(date_iso(a, file.v[0].booked), S("2025-12-31"), "the nearest year");
    good(S(":20:A\n:60F:C260101JPY100,\n:61:260101C50,NTRFR//B\n:62F:C260101JPY150,\n"), 1, "a currency without a fraction");
    t_i64(file.v[0].amount, 50, "minor units of yen");
}

static void refused(void)
{
    bad(S(":20:A\n:25:X\n"), 2, TXT_BANK_FILE_NOT_MT940, "no balance");
    bad(S(HEAD ":61:261123C12,50NTRFX//B\n:62F:C261124GBP112,51\n"), 6, TXT_BANK_FILE_BALANCE, "does not add up");
    bad(S(HEAD ":61:261123C12,50NTRFX//B\n:62F:C261124EUR112,50\n"), 6, TXT_BANK_FILE_BALANCE, "another currency at the end");
    bad(S(HEAD ":61:261123C12,50NTRFX//B\n"), 5, TXT_BANK_FILE_CUT, "no closing balance");
    bad(S(HEAD ":20:B\n:60F:C261122GBP100,00\n"), 6, TXT_BANK_FILE_CUT, "the next begins before the end");
    bad(S(":20:A\n:61:261123C12,50NTRFX//B\n"), 2, TXT_BANK_FILE_MISSING, "an entry before the balance");
    bad(S(":20:A\n:62F:C261124GBP1,00\n"), 2, TXT_BANK_FILE_MISSING, "an end without a beginning");
    bad(S(HEAD ":61:261323C12,50NTRFX//B\n"), 5, TXT_BANK_FILE_DATE, "no such month");
    bad(S(HEAD ":61:2611239999C12,50NTRFX//B\n"), 5, TXT_BANK_FILE_DATE, "no such day of booking");
    bad(S(HEAD ":61:261123X12,50NTRFX//B\n"), 5, TXT_BANK_FILE_DIRECTION, "neither credit nor debit");
    bad(S(HEAD ":61:261123C12.50NTRFX//B\n:62F:C261124GBP112,50\n"), 6, TXT_BANK_FILE_BALANCE, "a point for a comma");
    bad(S(HEAD ":61:261123C,50NTRFX//B\n"), 5, TXT_BANK_FILE_AMOUNT, "no amount");
    bad(S(HEAD ":61:261123C12,505NTRFX//B\n"), 5, TXT_BANK_FILE_AMOUNT, "a part of a penny");
    bad(S(HEAD ":61:261123C1,00N\n"), 5, TXT_BANK_FILE_MISSING, "no kind");
    bad(S(":20:A\n:60F:C261122ABC100,00\n"), 2, TXT_BANK_FILE_CURRENCY, "no such currency");
    bad(S(":20:A\n:60F:X261122GBP100,00\n"), 2, TXT_BANK_FILE_DIRECTION, "a balance of neither side");
    bad(S("remark\n:20:A\n:60F:C261122GBP100,00\n"), 1, TXT_BANK_FILE_BETWEEN, "text before the first tag");
}

int main(void)
{
    a = arena_new(BANK_FILE_ARENA);
    t_need(a != NULL);
    shapes();
    refused();
    arena_free(a);
    return t_done();
}
