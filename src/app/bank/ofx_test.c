/* OFX statements, made up: the same one as SGML and as XML, and what may be wrong with one. */
#include "file_test.h"

#define HEAD "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n"
#define OPEN "<OFX>\n<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261124<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n" \
    "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>GBP" \
    "<BANKACCTFROM><BANKID>000000<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>20261101<DTEND>20261124\n"
#define CLOSE "</BANKTRANLIST><LEDGERBAL><BALAMT>1.00<DTASOF>20261124</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
#define ENTRY "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261123120000[0:GMT]<TRNAMT>12.50<FITID>F-1<NAME>Smith & Co &amp; Sons<MEMO>AVX 1</STMTTRN>\n"

static void sgml(void)
{
    if (good(S(HEAD OPEN ENTRY "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261124<TRNAMT>-3,10<FITID>F-2<NAME>Rent</NAME>"
               "<BANKACCTTO><BANKID>111111<ACCTID>87654321<ACCTTYPE>CHECKING</BANKACCTTO><MEMO></STMTTRN>" CLOSE), 2, "two entries")) {
        t_str(shown(0), S("2026-11-23 1250 GBP|Smith & Co & Sons||AVX 1|F-1|"), "values without closing tags");
        t_str(shown(1), S("2026-11-24 -310 GBP|Rent|111111 87654321||F-2|"), "with closing tags, and a decimal comma");
        t_str(file.account, S("00000012345678"), "whose account it is");
        t_i64(file.format, BANK_OFX, "the format is seen");
    }
    good(S(HEAD OPEN CLOSE), 0, "no entries");
    if (good(S(HEAD OPEN "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261123<TRNAMT>5<FITID>F<NAME>Caf\xe9<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY></STMTTRN>"
               CLOSE), 1, "another currency"))
        t_str(shown(0), S("2026-11-23 500 EUR|Café|||F|"), "its own currency and Windows-1252");
}

static void xml(void)
{
    if (good(S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\" SECURITY=\"NONE\"?>\n"
               "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF><BANKACCTFROM><BANKID>B</BANKID><ACCTID>1</ACCTID></BANKACCTFROM>"
               "<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261123</DTPOSTED><DTAVAIL>20261124</DTAVAIL>"
               "<TRNAMT>+7.00</TRNAMT><FITID>X1</FITID><REFNUM>E2E</REFNUM><PAYEE><NAME>Żółw &amp; Co</NAME></PAYEE><MEMO>AVX</MEMO>"
               "</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"), 1, "version 2")) {
        t_str(shown(0), S("2026-11-23 700 EUR|Żółw & Co||AVX|X1|E2E"), "all of it");
        t_str(date_iso(a, file.v[0].value), S("2026-11-24"), "value date");
    }
    bad(S("<?xml version=\"1.0\"?>\n<!DOCTYPE OFX [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;\">]>\n<OFX>&y;</OFX>"), 2,
        TXT_BANK_FILE_DOCTYPE, "a document type with entities");
    bad(S("<?xml version=\"1.0\"?>\n<OFX><A>&y;</A></OFX>"), 2, TXT_BANK_FILE_XML, "an entity nobody declared");
    bad(S("<?xml version=\"1.0\"?>\n<OFX><STMTRS></OFX>"), 2, TXT_BANK_FILE_XML, "not well-formed");
}

static void refused(void)
{
    bad(S(HEAD "<OFX></OFX>"), 0, TXT_BANK_FILE_NOT_OFX, "no statement in it");
    bad(S(HEAD), 0, TXT_BANK_FILE_NOT_OFX, "a header alone");
    bad(S(HEAD OPEN ENTRY), 13, TXT_BANK_FILE_CUT, "cut behind an entry");
    bad(S(HEAD OPEN "<STMTTRN><TRNAMT>1.00<FI"), 12, TXT_BANK_FILE_TAG, "cut in a tag");
    bad(S(HEAD OPEN "<STMTTRN><DTPOSTED>20261123<FITID>F</STMTTRN>" CLOSE), 12, TXT_BANK_FILE_MISSING, "no amount");
    bad(S(HEAD OPEN "<STMTTRN><TRNAMT>1.00<FITID>F</STMTTRN>" CLOSE), 12, TXT_BANK_FILE_MISSING, "no date");
    bad(S(HEAD OPEN "<STMTTRN><TRNAMT>1.00<DTPOSTED>20261123</STMTTRN>" CLOSE), 12, TXT_BANK_FILE_MISSING, "no id");
    bad(S(HEAD OPEN "<STMTTRN><TRNAMT>1.0x<DTPOSTED>20261123<FITID>F</STMTTRN>" CLOSE), 12, TXT_BANK_FILE_AMOUNT, "no number");
    bad(S(HEAD OPEN "<STMTTRN><DTPOSTED>20261323</STMTTRN>" CLOSE), 12, TXT_BANK_FILE_DATE, "no such month");
    bad(S(HEAD OPEN "</STMTTRN>" CLOSE), 12, TXT_BANK_FILE_NESTING, "closed and never opened");
    bad(S(HEAD OPEN "<STMT TRN>" CLOSE), 12, TXT_BANK_FILE_TAG, "a tag that is none");
    bad(S(HEAD "<OFX><STMTRS><CURDEF>ABC</STMTRS></OFX>"), 8, TXT_BANK_FILE_CURRENCY, "no such currency");
    bad(S(HEAD "<OFX></OFX>tail"), 8, TXT_BANK_FILE_CUT, "more behind the end");
    bad(S(HEAD "<OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX>"
          "<OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX><OFX>"), 8, TXT_BANK_FILE_DEEP, "too deep");
}

int main(void)
{
    a = arena_new(BANK_FILE_ARENA);
    t_need(a != NULL);
    sgml();
    xml();
    refused();
    arena_free(a);
    return t_done();
}
