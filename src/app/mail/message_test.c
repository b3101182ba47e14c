/* What leaves as mail: headers that cannot be broken out of, both parts, one file per message. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec.h"
#include "message.h"
#include "str.h"
#include "t.h"

static const uid id = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };

static struct mail_message sample(void)
{
    return (struct mail_message){
        .id = id,
        .from_name = S("Example Hosting"),
        .from = S("billing@example.test"),
        .to_name = S("Zoë Łuczak"),
        .to = S("zoe@example.test"),
        .subject = S("Your invoice – £12.00"),
        .text = S("Hello Zoë,\nthe first line says it all.\n"),
        .html = S("<p>Hello Zoë</p>\n"),
        .mail_class = "service",
        .date = { 1764000000 },
    };
}

static bool holds(str text, str part)
{
    return str_find(text, part) < text.n;
}

static void test_compose(struct arena *a)
{
    struct mail_message m = sample();
    str text = { 0 };
    t_st(message_compose(a, &m, false, &text), ST_OK, "a message is composed");
    t_ok(holds(text, S("From: Example Hosting <billing@example.test>")), "sender");
    t_ok(holds(text, S("zoe@example.test>")) && !holds(text, S("iso-8859")) && !holds(text, S("Zoë")), "names outside ASCII are encoded in headers");
    t_ok(holds(text, S("multipart/alternative")), "two forms of the same");
    t_ok(holds(text, S("text/plain; charset=utf-8")) && holds(text, S("text/html; charset=utf-8")), "plain and HTML");

    t_ok(holds(text, S("X-Message-Class: service")), "the class is named");
    t_ok(holds(text, str_cat(a, uid_str(a, id), S("@example.test>"))), "the id is the job's");
    t_ok(!holds(text, S("\r\n")), "line feeds for a file");
    t_st(message_compose(a, &m, true, &text), ST_OK, "composed for the wire");
    t_ok(holds(text, S("\r\n")), "CR LF for SMTP");
}

static void test_injection(struct arena *a)
{
    str text;
    struct mail_message m = sample();
    m.subject = S("Hello\nBcc: everybody@example.test");
    t_st(message_compose(a, &m, false, &text), ST_INVALID, "a subject cannot add a header");
    m = sample();
    m.to_name = S("A\r\nX: y");
    t_st(message_compose(a, &m, false, &text), ST_INVALID, "a name cannot add a header");
    m = sample();
    m.to = S("zoe@example.test\r\nRCPT TO:<x@example.test>");
    t_st(message_compose(a, &m, false, &text), ST_INVALID, "an address cannot add a recipient");
}

static void test_sender(struct arena *a)
{
    str name, address;
    t_st(message_sender_parse(a, S("Example Hosting <billing@example.test>"), &name, &address), ST_OK, "name and address");
    t_str(name, S("Example Hosting"), "the name");
    t_str(address, S("billing@example.test"), "the address");
    t_st(message_sender_parse(a, S("billing@example.test"), &name, &address), ST_OK, "an address alone");
    t_st(message_sender_parse(a, S("Example <billing@example.test"), &name, &address), ST_INVALID, "an open bracket");
    t_st(message_sender_parse(a, S("nobody"), &name, &address), ST_INVALID, "no address");
}

static void test_maildir(struct arena *a)
{
    char dir[] = "/tmp/avow-mail-XXXXXX";
    if (!mkdtemp(dir)) {
        t_ok(false, "a folder to write to");
        return;
    }
    str box = str_cat(a, str_c(dir), S("/mail"));
    t_st(deliver_maildir(a, box, id, S("first")), ST_OK, "delivered");
    t_st(deliver_maildir(a, box, id, S("second")), ST_OK, "delivered again");
    const char *path = str_z(a, str_fmt(a, "%.*s/new/%.*s.avow", STR_ARG(box), STR_ARG(uid_str(a, id))));
    char text[16] = "";
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text, f) : 0;
    if (f)
        fclose(f);
    t_str(((str){ text, n }), S("second"), "the same message is one file");
    struct stat info = { 0 };
    t_ok(stat(path, &info) == 0 && (info.st_mode & 077) == 0, "nobody else can read it");
    unlink(path);
    const char *const parts[] = { "/mail/new", "/mail/cur", "/mail/tmp", "/mail", "" };
    for (size_t i = 0; i < COUNT(parts); i++)
        t_ok(rmdir(str_z(a, str_cat(a, str_c(dir), str_c(parts[i])))) == 0, "nothing else was left");
    t_st(deliver_maildir(a, S("/nowhere/at/all"), id, S("x")), ST_IO, "a folder that cannot be made");
}

int main(void)
{
    struct arena *a = arena_new(4u << 20);
    test_compose(a);
    test_injection(a);
    test_sender(a);
    test_maildir(a);
    arena_free(a);
    return t_done();
}
