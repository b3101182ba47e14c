/* CAMT.053 statements, made up. */
#include "file_test.h"

#define OPEN "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">" \
    "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>\n<Stmt><Id>1</Id><Acct><Id><IBAN>GB00TEST00000012345678</IBAN></Id><Ccy>GBP</Ccy></Acct>"
#define BAL(code, side, amount) "<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"GBP\">" amount "</Amt><CdtDbtInd>" \
    side "</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>\n"
#define CLOSE "</Stmt></BkToCstmrStmt></Document>"
#define ENTRY(amount, side, inside) "<Ntry><Amt Ccy=\"GBP\">" amount "</Amt><CdtDbtInd>" side "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>" \
    "<BookgDt><Dt>2026-11-23</Dt></BookgDt><ValDt><DtTm>2026-11-24T00:00:00Z</DtTm></ValDt>" inside "</Ntry>\n"
#define PARTY "<RltdPties><Dbtr><Pty><Nm>A &amp; B Ltd</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>GB99</IBAN></Id></DbtrAcct>" \
    "<Cdtr><Nm>Us</Nm></Cdtr></RltdPties>"

static void entries(void)
{
    if (good(S(OPEN BAL("OPBD", "CRDT", "100.00") BAL("CLBD", "CRDT", "109.50")
               ENTRY("12.50", "CRDT", "<AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs>" PARTY
                     "<RmtInf><Ustrd>AVX 7K2</Ustrd><Ustrd>thanks</Ustrd></RmtInf></TxDtls></NtryDtls>")
               ENTRY("3.00", "DBIT", "<AcctSvcrRef>B-2</AcctSvcrRef><AddtlNtryInf>Rent</AddtlNtryInf>") CLOSE), 2, "two entries")) {
        t_str(shown(0), S("2026-11-23 1250 GBP|A & B Ltd|GB99|AVX 7K2 thanks|B-1|E-1"), "money in: the debtor is the other side");
        t_str(shown(1), S("2026-11-23 -300 GBP|||Rent|B-2|"), "money out, without details");
        t_str(date_iso(a, file.v[0].value), S("2026-11-24"), "value date with a time");
        t_str(file.account, S("GB00TEST00000012345678"), "whose account it is");
        t_i64(file.format, BANK_CAMT053, "the format is seen");
    }
    if (good(S("<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"EUR\">2</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><ValDt><Dt>2026-11-23</Dt>"
               "</ValDt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Old</Nm></Dbtr><DbtrAcct><Id><Othr><Id>77</Id></Othr></Id></DbtrAcct></RltdPties>"
               "<RmtInf><Strd><CdtrRefInf><Ref>RF18X</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>" CLOSE), 1, "version 2"))
        t_str(shown(0), S("2026-11-23 200 EUR|Old|77|RF18X||"), "older names of elements");
}

static void batches(void)
{
    if (good(S(OPEN ENTRY("30.00", "CRDT", "<AcctSvcrRef>B</AcctSvcrRef><NtryDtls><TxDtls><Amt Ccy=\"GBP\">10.00</Amt>" PARTY "</TxDtls>"
                     "<TxDtls><Refs><AcctSvcrRef>own</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy=\"GBP\">20.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>")
               CLOSE), 2, "an entry of two transactions")) {
        t_str(shown(0), S("2026-11-23 1000 GBP|A & B Ltd|GB99||B/1|"), "the first, named by its place");
        t_str(shown(1), S("2026-11-23 2000 GBP||||own|"), "the second, by its own name");
    }
    if (good(S(OPEN ENTRY("30.00", "CRDT", "<NtryDtls><TxDtls><Amt Ccy=\"GBP\">10.00</Amt>" PARTY "<RmtInf><Ustrd>x</Ustrd></RmtInf></TxDtls>"
                     "<TxDtls><Amt Ccy=\"GBP\">19.00</Amt><RmtInf><Ustrd>y</Ustrd></RmtInf></TxDtls></NtryDtls>") CLOSE), 1, "parts that are not the whole"))
        t_str(shown(0), S("2026-11-23 3000 GBP|||x y||"), "stay one entry without a counterparty");
    good(S(OPEN "<Ntry><Amt Ccy=\"GBP\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>" CLOSE), 0, "what is pending is left out");
    t_i64((int64_t)file.skipped, 1, "and counted");
}

static void refused(void)
{
    bad(S(OPEN BAL("OPBD", "CRDT", "1.00") BAL("CLBD", "CRDT", "1.00") ENTRY("1.00", "CRDT", "") CLOSE), 3, TXT_BANK_FILE_BALANCE, "does not add up");
    good(S(OPEN BAL("OPBD", "CRDT", "1.00") BAL("CLBD", "DBIT", "1.00") ENTRY("2.00", "DBIT", "") CLOSE), 1, "balances below zero");
    bad(S("<Document><BkToCstmrDbtCdtNtfctn/></Document>"), 1, TXT_BANK_FILE_NOT_CAMT, "another message");
    bad(S("<html><body/></html>"), 1, TXT_BANK_FILE_NOT_CAMT, "a page");
    bad(S("<Document><BkToCstmrStmt/></Document>"), 0, TXT_BANK_FILE_NOT_CAMT, "no statement");
    bad(S("<?xml version=\"1.0\"?>\n<!DOCTYPE d SYSTEM \"file:///etc/passwd\">\n<Document/>"), 2, TXT_BANK_FILE_DOCTYPE, "a document type");
    bad(S("<!DOCTYPE d [<!ENTITY % p SYSTEM \"http://127.0.0.1/\">%p;]><Document/>"), 1, TXT_BANK_FILE_DOCTYPE, "parameter entities");
    bad(S(OPEN ENTRY("1.00", "CRDT", "")), 4, TXT_BANK_FILE_XML, "cut");
    bad(S(OPEN ENTRY("1.001", "CRDT", "") CLOSE), 3, TXT_BANK_FILE_AMOUNT, "a part of a penny");
    bad(S(OPEN ENTRY("-1.00", "CRDT", "") CLOSE), 3, TXT_BANK_FILE_AMOUNT, "a sign");
    bad(S(OPEN ENTRY("1.00", "UP", "") CLOSE), 3, TXT_BANK_FILE_DIRECTION, "neither credit nor debit");
    bad(S(OPEN "<Ntry><Amt Ccy=\"XXX\">1.00</Amt></Ntry>" CLOSE), 3, TXT_BANK_FILE_CURRENCY, "no such currency");
    bad(S(OPEN "<Ntry><Amt>1.00</Amt></Ntry>" CLOSE), 3, TXT_BANK_FILE_CURRENCY, "no currency");
    bad(S(OPEN "<Ntry><CdtDbtInd>CRDT</CdtDbtInd></Ntry>" CLOSE), 3, TXT_BANK_FILE_MISSING, "no amount");
    bad(S(OPEN "<Ntry><Amt Ccy=\"GBP\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>" CLOSE), 3, TXT_BANK_FILE_MISSING, "no date");
    bad(S(OPEN "<Ntry><BookgDt><Dt>23.11.2026</Dt></BookgDt></Ntry>" CLOSE), 3, TXT_BANK_FILE_DATE, "no such date");
    bad(S("<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"EUR\">2</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>1126-11-23</Dt>"
          "</BookgDt></Ntry>" CLOSE), 1, TXT_BANK_FILE_DATE, "a day of the Middle Ages");
    bad(S(OPEN "</Stmt><Stmt><Acct><Id><IBAN>GB11</IBAN></Id></Acct>" CLOSE), 3, TXT_BANK_FILE_ACCOUNTS, "two accounts");
    bad(S(OPEN "<Ntry><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A>"), 3, TXT_BANK_FILE_DEEP,
        "too deep");
    bad(S("<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"), 1,
        TXT_BANK_FILE_NOT_CAMT, "nothing like it");
}

int main(void)
{
    a = arena_new(BANK_FILE_ARENA);
    t_need(a != NULL);
    entries();
    batches();
    refused();
    arena_free(a);
    return t_done();
}
