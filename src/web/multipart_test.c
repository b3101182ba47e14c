/* multipart/form-data: what browsers send, and what others might. */
#include "multipart.h"

#include "out.h"
#include "str.h"
#include "t.h"

static struct arena *a;
static struct form_pairs pairs;

#define TYPE "multipart/form-data; boundary=----X1"
#define D "------X1"
#define NAMED(n) "Content-Disposition: form-data; name=\"" n "\"\r\n\r\n"
#define FILED(n, f) "Content-Disposition: form-data; name=\"" n "\"; filename=\"" f "\"\r\nContent-Type: text/csv\r\n\r\n"
#define END "\r\n" D "--\r\n"

static st decode(const char *type, str body)
{
    arena_reset(a);
    pairs = (struct form_pairs){ 0 };
    return multipart_decode(a, str_c(type), body, &pairs);
}

static void sent(void)
{
    t_st(decode(TYPE, S(D "\r\n" NAMED("csrf") "token\r\n" D "\r\n" NAMED("format") "\r\n" D "\r\n"
                        FILED("file", "Nov %22a%22 50% .csv") "one\r\ntwo\0\r\n--\r\n" END)), ST_OK, "what a browser sends");
    t_i64((int64_t)pairs.n, 3, "three parts");
    t_str(pairs.v[0].name, S("csrf"), "a name");
    t_str(pairs.v[0].value, S("token"), "a value");
    t_ok(!pairs.v[0].file, "that is no file");
    t_str(pairs.v[1].value, S(""), "an empty value");
    t_ok(pairs.v[2].file, "a file");
    t_str(pairs.v[2].filename, S("Nov \"a\" 50% .csv"), "its name as it was");
    t_str(pairs.v[2].value, S("one\r\ntwo\0\r\n--\r\n"), "its bytes as they are");
    t_st(decode("Multipart/Form-Data; boundary=\"a'b()+_,-./:=?\"", S("--a'b()+_,-./:=?\r\n" NAMED("x") "1\r\n--a'b()+_,-./:=?--")), ST_OK,
         "every character of a boundary, in quotes, without a line end behind it");
    t_st(decode(TYPE, S(D "\r\n" FILED("file", "") END)), ST_OK, "no file was chosen");
    t_ok(pairs.n == 1 && pairs.v[0].file && pairs.v[0].value.n == 0, "an empty part");
    t_st(decode(TYPE, S(D "\r\n" NAMED("x") D "--\r\n")), ST_OK, "the delimiter follows the headers at once");
    t_str(pairs.v[0].value, S(""), "and the part is empty");
    t_st(decode(TYPE, S(D "\r\n" NAMED("x") "a\r\n-----X1\r\nb" END)), ST_OK, "something like a boundary");
    t_str(pairs.v[0].value, S("a\r\n-----X1\r\nb"), "is content");
}

static const struct {
    const char *type;
    str body;
    const char *name;
} hostile[] = {
    { "application/x-www-form-urlencoded", SI("a=b"), "another type" },
    { "multipart/mixed; boundary=----X1", SI(D "\r\n" NAMED("x") "1" END), "another multipart" },
    { "multipart/form-data", SI(D "\r\n" NAMED("x") "1" END), "no boundary" },
    { "multipart/form-data; boundary=", SI("--\r\n" NAMED("x") "1\r\n----"), "an empty boundary" },
    { "multipart/form-data; charset=utf-8; boundary=----X1", SI(D "\r\n" NAMED("x") "1" END), "another parameter before it" },
    { "multipart/form-data; boundary=----X1; charset=utf-8", SI(D "\r\n" NAMED("x") "1" END), "another parameter behind it" },
    { "multipart/form-data; boundary=----X1; boundary=----X1", SI(D "\r\n" NAMED("x") "1" END), "two boundaries" },
    { "multipart/form-data; boundary=a b", SI("--a b\r\n" NAMED("x") "1\r\n--a b--"), "a space in the boundary" },
    { "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
      SI("--12345678901234567890123456789012345678901234567890123456789012345678901\r\n"), "a boundary of 71" },
    { TYPE, SI(""), "no body" },
    { TYPE, SI(D), "a boundary alone" },
    { TYPE, SI(D "--\r\n"), "no part" },
    { TYPE, SI("preamble\r\n" D "\r\n" NAMED("x") "1" END), "text before the first boundary" },
    { TYPE, SI("\r\n" D "\r\n" NAMED("x") "1" END), "an empty line before it" },
    { TYPE, SI(D "\r\n" NAMED("x") "1" END "epilogue"), "text behind the last boundary" },
    { TYPE, SI(D "\r\n" NAMED("x") "1" END "\r\n"), "an empty line behind it" },
    { TYPE, SI(D "\r\n" NAMED("x") "1"), "no end" },
    { TYPE, SI(D "\r\n" NAMED("x") "1\r\n" D), "half an end" },
    { TYPE, SI(D "\r\n" NAMED("x") "1\r\n" D "-"), "an end with one hyphen" },
    { TYPE, SI(D "\n" NAMED("x") "1" END), "a bare LF behind the boundary" },
    { TYPE, SI(D " \r\n" NAMED("x") "1" END), "a blank behind the boundary" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"\n\n1" END), "bare LF in the headers" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"\r\r\n\r\n1" END), "a bare CR in the headers" },
    { TYPE, SI(D "\r\n" NAMED("x") "1\n" D "--\r\n"), "a bare LF before the boundary" },
    { TYPE, SI(D "\r\n" NAMED("x") "1\r\n" D "x\r\n" NAMED("y") "2" END), "a boundary that goes on" },
    { TYPE, SI(D "\r\n" NAMED("x") "1\r\n" D " \r\n" NAMED("y") "2" END), "a boundary with a blank behind it" },
    { TYPE, SI(D "\r\n\r\n1" END), "no headers" },
    { TYPE, SI(D "\r\nContent-Type: text/plain\r\n\r\n1" END), "no disposition" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\n1" END), "two dispositions" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data\r\n\r\n1" END), "no name" },
    { TYPE, SI(D "\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\n1" END), "an attachment" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=x\r\n\r\n1" END), "a name without quotes" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1" END), "an empty name" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"a b\"\r\n\r\n1" END), "a blank in a name" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; name=\"y\"\r\n\r\n1" END), "two names" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; filename=\"f\"; name=\"x\"\r\nContent-Type: a/b\r\n\r\n1" END), "the file name first" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; filename*=UTF-8''f\r\nContent-Type: a/b\r\n\r\n1" END), "an extended file name" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; filename=\"f\"; size=\"1\"\r\nContent-Type: a/b\r\n\r\n1" END), "a size" },
    { TYPE, SI(D "\r\n" FILED("x", "../f") "1" END), "a way to a file" },
    { TYPE, SI(D "\r\n" FILED("x", "C:\\f") "1" END), "another way to one" },
    { TYPE, SI(D "\r\n" FILED("x", "..") "1" END), "the folder above" },
    { TYPE, SI(D "\r\n" FILED("x", "a%0D%0Ab") "1" END), "a line end in a file name" },
    { TYPE, SI(D "\r\n" FILED("x", "a\x01") "1" END), "a control character in one" },
    { TYPE, SI(D "\r\n" FILED("x", "a\xff") "1" END), "a file name that is no text" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; filename=\"f\"\r\n\r\n1" END), "a file without a type" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Type: text/plain\r\n\r\n1" END), "a field with one" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; filename=\"f\"\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n1" END), "parts within a part" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; filename=\"f\"\r\nContent-Type: a/b\r\nContent-Type: a/c\r\n\r\n1" END), "two types" },
    { TYPE, SI(D "\r\nContent-Disposition: form-data; name=\"x\"; filename=\"f\"\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n1" END), "a transfer encoding" },
    { TYPE, SI(D "\r\nContent-Disposition:form-data; name=\"x\"\r\n\r\n1" END), "no blank behind the colon" },
    { TYPE, SI(D "\r\n Content-Disposition: form-data; name=\"x\"\r\n\r\n1" END), "a folded line" },
};

static void limits(void)
{
    struct out o;
    struct arena *own = arena_new(1 << 20);
    t_ok(own != NULL, "memory");
    if (!own)
        return;
    for (int parts = MULTIPART_PARTS; parts <= MULTIPART_PARTS + 1; parts++) {
        out_init(&o, own, 1 << 16);
        for (int i = 0; i < parts; i++)
            out_str(&o, S(D "\r\n" NAMED("x") "1\r\n"));
        out_str(&o, S(D "--"));
        t_st(decode(TYPE, out_view(&o)), parts == MULTIPART_PARTS ? ST_OK : ST_BAD_REQUEST, "as many parts as there may be, and one more");
    }
    out_init(&o, own, 1 << 16);
    out_str(&o, S(D "\r\nContent-Disposition: form-data; name=\"x\"; filename=\""));
    for (int i = 0; i < 1000; i++)
        out_byte(&o, 'a');
    out_str(&o, S("\"\r\nContent-Type: a/b\r\n\r\n1" END));
    t_st(decode(TYPE, out_view(&o)), ST_BAD_REQUEST, "a line that does not end");
    arena_free(own);
}

int main(void)
{
    a = arena_new(1 << 20);
    t_need(a != NULL);
    sent();
    for (size_t i = 0; i < COUNT(hostile); i++)
        t_st(decode(hostile[i].type, hostile[i].body), ST_BAD_REQUEST, hostile[i].name);
    limits();
    arena_free(a);
    return t_done();
}
