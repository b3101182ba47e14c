/* CSV statements. All samples are made up; their headings are those of banks' exports. */
#include "file_test.h"

static void kinds(void)
{
    if (good(S("Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes\r\n"
               "23/11/2026,A Payer Ltd,AVX-1,FASTER PAYMENT,120.00,1120.00,INCOME,\r\n"
               "24/11/2026,Power Company,,DIRECT DEBIT,-33.10,1086.90,BILLS,\r\n"), 2, "amount with its sign, currency in the heading")) {
        t_str(shown(0), S("2026-11-23 12000 GBP|A Payer Ltd||AVX-1||"), "money in");
        t_str(shown(1), S("2026-11-24 -3310 GBP|Power Company||||"), "money out");
        t_i64(file.v[1].line, 3, "and the line is known");
    }
    if (good(S("Date,Transaction ID,Transaction description,Reference,Amount\n2026-11-23,t-1,A PAYER,AVX 2,1.5\n"), 1, "an id"))
        t_str(shown(0), S("2026-11-23 150 GBP|||A PAYER AVX 2|t-1|"), "two text columns are put together");
    if (good(S("Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance\n"
               "13/11/2026,FPI,'00-00-00,12345678,A PAYER,,10.00,10.00\n14/11/2026,FPO,'00-00-00,12345678,RENT,4.00,,6.00\n"), 2, "two columns")) {
        t_i64(file.v[0].amount, 1000, "credit is money in");
        t_i64(file.v[1].amount, -400, "debit is money out");
    }
    if (good(S("\xef\xbb\xbf\"Auftragskonto\";\"Buchungstag\";\"Valutadatum\";\"Verwendungszweck\";\"Kundenreferenz (End-to-End)\";"
               "\"Beguenstigter/Zahlungspflichtiger\";\"Kontonummer/IBAN\";\"Betrag\";\"Waehrung\"\n"
               "\"DE00 1234\";\"03.04.26\";\"04.04.26\";\"Rechnung \"\"7\"\"\";\"E1\";\"Zahler GmbH\";\"DE99\";\"1.234,56\";\"EUR\"\n"), 1,
             "semicolons, quotes, mark of UTF-8, comma")) {
        t_str(shown(0), S("2026-04-03 123456 EUR|Zahler GmbH|DE99|Rechnung \"7\"||E1"), "all of it");
        t_str(file.account, S("DE001234"), "whose account it is");
        t_str(date_iso(a, file.v[0].value), S("2026-04-04"), "value date");
    }
    if (good(S("Datum\tNaam / Omschrijving\tRekening\tTegenrekening\tCode\tAf Bij\tBedrag (EUR)\tMededelingen\n"
               "20260403\tBetaler\tNL1\tNL2\tGT\tBij\t12,00\tx\n20260403\tIemand\tNL1\tNL3\tGT\tAf\t2,50\ty\n"), 2, "tabs and a side")) {
        t_str(shown(0), S("2026-04-03 1200 EUR|Betaler|NL2|x||"), "bij");
        t_i64(file.v[1].amount, -250, "af");
    }
    if (good(S("Account name;Current\nExported;today\n\nDate;Value;Description\n20 Nov 2026;(7.00);a\n20-Nov-26;+£1,000.00;b\n"), 2, "lines above")) {
        t_i64(file.v[0].amount, -700, "brackets are a minus");
        t_i64(file.v[1].amount, 100000, "signs of plus and currency");
    }
    if (good(S("Date,Amount,Description\n2026-11-23T10:11:12Z,5.00,\"two\nlines\"\n2026-11-23 10:11,6,caf\xe9\n"), 2, "time of day, Windows-1252")) {
        t_str(file.v[0].text, S("two lines"), "a break inside quotes");
        t_str(file.v[1].text, S("café"), "Windows-1252");
        t_i64(file.v[1].line, 4, "lines are counted as they stand");
    }
}

static void doubt(void)
{
    bad(S("Date,Amount,Description\n05/05/2026,1.00,a\n03/04/2026,1.00,b\n"), 3, TXT_BANK_FILE_DATES_EITHER, "day or month first?");
    good(S("Date,Amount,Description\n03/04/2026,1.00,a\n25/04/2026,1.00,b\n"), 2, "another line shows it");
    t_str(date_iso(a, file.v[0].booked), S("2026-04-03"), "day first");
    good(S("Date,Amount,Description\n03/04/2026,1.00,a\n04/25/2026,1.00,b\n"), 2, "another line shows the other");
    t_str(date_iso(a, file.v[0].booked), S("2026-03-04"), "month first");
    good(S("Date,Amount,Description\n05/05/2026,1.00,a\n"), 1, "one that is the same both ways");
    bad(S("Date,Amount,Description\n25/04/2026,1.00,a\n04/25/2026,1.00,b\n"), 0, TXT_BANK_FILE_DATES_BOTH, "both in one file");
    how.dates = BANK_DAY_FIRST;
    good(S("Date,Amount,Description\n03/04/2026,1.00,b\n"), 1, "the configuration says it");
    t_str(date_iso(a, file.v[0].booked), S("2026-04-03"), "as it says");
    bad(S("Date,Amount,Description\n04/25/2026,1.00,b\n"), 0, TXT_BANK_FILE_DATES_BOTH, "and the file says otherwise");
    how = (struct bank_how){ .currency = SI("GBP") };
    bad(S("Date,Amount,Description\n2026-04-03,5,a\n2026-04-03,\"1,500\",b\n"), 3, TXT_BANK_FILE_DECIMALS_EITHER, "thousands or a fraction?");
    good(S("Date,Amount,Description\n2026-04-03,\"1,500\",a\n2026-04-03,1.50,b\n"), 2, "another line shows it");
    t_i64(file.v[0].amount, 150000, "thousands");
    bad(S("Date,Amount,Description\n2026-04-03,\"1,50\",a\n2026-04-03,1.50,b\n"), 0, TXT_BANK_FILE_DECIMALS_BOTH, "both in one file");
    how.decimals = BANK_POINT;
    good(S("Date,Amount,Description\n2026-04-03,\"1,500\",b\n"), 1, "the configuration says it");
    how = (struct bank_how){ 0 };
    bad(S("Date,Amount,Description\n2026-04-03,1.00,b\n"), 2, TXT_BANK_FILE_NO_CURRENCY, "in which currency?");
    how.currency = S("GBP");
    bad(S("When,How much,What\n2026-04-03,1.00,b\n"), 0, TXT_BANK_FILE_HEADINGS, "headings that nobody knows");
    how.columns = S("date=When; amount=How much; text=What");
    if (good(S("When,How much,What\n2026-04-03,1.00,b\n"), 1, "the configuration names them"))
        t_str(shown(0), S("2026-04-03 100 GBP|||b||"), "and they are read so");
    how.columns = S("");
}

static void refused(void)
{
    bad(S(""), 0, TXT_BANK_FILE_EMPTY, "an empty file");
    bad(S(" \n\n"), 0, TXT_BANK_FILE_EMPTY, "blank lines");
    bad(S("Date,Amount\n2026-04-03,1.00\n"), 1, TXT_BANK_FILE_NO_TEXT, "no description");
    bad(S("Date,Date,Amount,Description\n2026-04-03,2026-04-03,1.00,a\n"), 1, TXT_BANK_FILE_TWICE, "two dates");
    bad(S("Date,Paid in,Description\n2026-04-03,1.00,a\n"), 1, TXT_BANK_FILE_ONE_SIDE, "one side only");
    bad(S("Date,Paid in,Paid out,Description\n2026-04-03,1.00,2.00,a\n"), 2, TXT_BANK_FILE_SIGN, "in and out");
    bad(S("Date,Amount,Description\n2026-04-03,1.00,a\n2026-04-03,1.00\n"), 3, TXT_BANK_FILE_CELLS, "a cell is missing");
    bad(S("Date,Amount,Description\n2026-04-03,1.00,a,b,c\n"), 2, TXT_BANK_FILE_CELLS, "cells too many");
    bad(S("Date,Amount,Description\n,1.00,total\n"), 2, TXT_BANK_FILE_MISSING, "no date");
    bad(S("Date,Amount,Description\n2026-04-03,,a\n"), 2, TXT_BANK_FILE_MISSING, "no amount");
    bad(S("Date,Amount,Description\n2026-02-30,1.00,a\n"), 2, TXT_BANK_FILE_DATE, "no such day");
    bad(S("Date,Amount,Description\nyesterday,1.00,a\n"), 2, TXT_BANK_FILE_DATE, "no date at all");
    bad(S("Date,Amount,Description\n2026-04-03,1.0.0,a\n"), 2, TXT_BANK_FILE_AMOUNT, "two points");
    bad(S("Date,Amount,Description\n2026-04-03,--1,a\n"), 2, TXT_BANK_FILE_AMOUNT, "two signs");
    bad(S("Date,Amount,Description\n2026-04-03,1.005,a\n2026-04-03,1.00,a\n"), 2, TXT_BANK_FILE_AMOUNT, "a part of a penny");
    bad(S("Date,Amount,Description\n2026-04-03,\"1,2345.00\",a\n"), 2, TXT_BANK_FILE_AMOUNT, "groups that are none");
    bad(S("Date,Amount,Description\n2026-04-03,99999999999999999999,a\n"), 2, TXT_BANK_FILE_AMOUNT, "too large");
    bad(S("Date,Amount,Description\n2026-04-03,1.00,\"a\n"), 2, TXT_BANK_FILE_QUOTE, "a quotation mark is open");
    bad(S("Date,Amount,Description\n2026-04-03,1.00,\"a\"b\n"), 2, TXT_BANK_FILE_QUOTE, "text behind a quotation mark");
    bad(S("Date,Amount,Currency,Description\n2026-04-03,1.00,XXX,a\n"), 2, TXT_BANK_FILE_CURRENCY, "no such currency");
    bad(S("Date,Amount,Debit/Credit,Description\n2026-04-03,1.00,?,a\n"), 2, TXT_BANK_FILE_DIRECTION, "which way?");
    bad(S("Date,Amount,Description\n2026-04-03,1.00,a\x81\n"), 2, TXT_BANK_FILE_ENCODING, "no encoding we know");
    bad(S("\xff\xfe" "D\0a\0"), 0, TXT_BANK_FILE_UTF16, "UTF-16");
    bad(S("Date,Amount,Description\n2026-04-03,1.00,a\0b\n"), 0, TXT_BANK_FILE_BINARY, "a zero byte");
    bad(S("Auftragskonto;Date;Amount;Description\nA1;2026-04-03;1.00;a\nA2;2026-04-03;1.00;b\n"), 3, TXT_BANK_FILE_ACCOUNTS, "two accounts");
    t_str(bank_fault_words(a, LANGUAGE_EN_GB, &fault), S("Line 3: the file is about two accounts. Please export each by itself."), "in words");
}

static void bounds(void)
{
    struct out o;
    struct arena *own = arena_new(BANK_FILE_MAX * 4);
    how.currency = S("GBP");
    t_ok(own != NULL, "memory for a long file");
    if (!own)
        return;
    out_init(&o, own, BANK_FILE_MAX);
    out_str(&o, S("Date,Amount,Description\n"));
    for (int i = 0; i <= BANK_ENTRIES_MAX; i++)
        out_str(&o, S("2026-04-03,1.00,a\n"));
    str text = out_view(&o);
    bad(text, BANK_ENTRIES_MAX + 2, TXT_BANK_FILE_MANY, "an entry too many");
    good((str){ text.p, text.n - sizeof("2026-04-03,1.00,a\n") + 1 }, BANK_ENTRIES_MAX, "as many as there may be");
    arena_free(own);
    if (good(S("Date,Amount,Description\n2026-04-03,0.00,nothing\n2026-04-03,1.00,\"  a \xe2\x80\xae b\x07  c \"\n"), 1, "no money moved"))
        t_str(file.v[0].text, S("a b c"), "what cannot be printed is a blank");
}

int main(void)
{
    a = arena_new(BANK_FILE_ARENA);
    t_need(a != NULL);
    how.currency = S("GBP");
    kinds();
    doubt();
    refused();
    bounds();
    arena_free(a);
    return t_done();
}
