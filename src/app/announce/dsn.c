/* Delivery reports (RFC 3464) and complaints (RFC 5965): which of our messages, and what became of it.
 *
 * Anybody may send anything to the address that takes them, so everything is bounded, and only what says without
 * doubt what it is counts:
 * a multipart/report with a part of machine-readable fields about one recipient, and a name of ours: the address it came back to
 * (bounces+NAME@…), or the Message-ID that it quotes. Nothing else of it is read, and nothing of it is kept. */
#include <gmime/gmime.h>

#include "announce.h"
#include "codec.h"
#include "str.h"

#define FIELDS_MOST 65536u
#define DEPTH_MOST 8

/* One line "Name: value", folded lines joined (RFC 5322 2.2.3). */
static bool next_field(struct arena *a, str *rest, str *name, str *value)
{
    str line;
    if (!str_next(rest, '\n', &line))
        return false;
    line = str_trim(line);
    size_t colon = str_index(line, ':');
    *name = str_trim(str_sub(line, 0, colon));
    *value = colon < line.n ? str_trim(str_sub(line, colon + 1, line.n)) : S("");
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
        if (!str_next(rest, '\n', &line))
            break;
        *value = str_fmt(a, "%.*s %.*s", STR_ARG(*value), STR_ARG(str_trim(line)));
    }
    return true;
}

/* "5.1.1", "4.2.2 (mailbox full)": class, subject and detail (RFC 3463). */
static bool status_of(str value, char out[12])
{
    size_t n = 0, dots = 0;
    while (n < value.n && n < 11 && ((value.p[n] >= '0' && value.p[n] <= '9') || value.p[n] == '.')) {
        dots += value.p[n] == '.';
        out[n] = value.p[n];
        n++;
    }
    out[n] = '\0';
    bool ends = n == value.n || value.p[n] == ' ' || value.p[n] == '(';
    return ends && n >= 5 && dots == 2 && out[1] == '.' && (out[0] == '2' || out[0] == '4' || out[0] == '5');
}

/* What a mailbox that is full, or a text that is not liked, says of an address is not that it does not exist: 5.2.2,
 * 5.2.3, 5.3.4, 5.7.x and anything about the way there count as "for now", whatever the class says. */
static enum dsn_kind kind_of(const char *status)
{
    if (status[0] == '4')
        return DSN_SOFT;
    if (status[0] != '5')
        return DSN_NOTHING;
    str s = str_c(status);
    bool hard = str_starts(s, S("5.1.")) || str_eq(s, S("5.2.1")) || str_eq(s, S("5.0.0"));
    return hard ? DSN_HARD : DSN_SOFT;
}

/* Per recipient: Action and Status. More than one recipient is not of ours, for we write to one. */
static void read_delivery(struct arena *a, str fields, struct dsn *out)
{
    str name, value;
    char status[12] = "";
    int actions = 0, statuses = 0;
    bool failed = false, delayed = false;
    while (next_field(a, &fields, &name, &value)) {
        if (str_ieq(name, S("Action"))) {
            actions++;
            failed = str_ieq(value, S("failed"));
            delayed = str_ieq(value, S("delayed"));
        } else if (str_ieq(name, S("Status")) && ++statuses == 1 && status_of(value, status)) {
            for (size_t i = 0; i < sizeof status; i++)
                out->status[i] = status[i];
        }
    }
    if (actions != 1 || statuses != 1 || !out->status[0])
        return;
    out->kind = failed ? kind_of(out->status) : delayed ? DSN_SOFT : DSN_NOTHING;
}

static void read_feedback(struct arena *a, str fields, struct dsn *out)
{
    str name, value;
    while (next_field(a, &fields, &name, &value))
        if (str_ieq(name, S("Feedback-Type")) && (str_ieq(value, S("abuse")) || str_ieq(value, S("fraud"))))
            out->kind = DSN_COMPLAINT;
}

/* "<name@host>" or "name@host": a name of ours is 26 letters and digits. */
static bool name_of(str id, uid *out)
{
    id = str_trim(id);
    if (str_starts(id, S("<")))
        id = str_sub(id, 1, id.n);
    size_t at = str_index(id, '@');
    return at < id.n && uid_parse(str_sub(id, 0, at), out) == ST_OK;
}

/* "bounces+NAME@host", wherever in the header's value. */
static bool tagged(str value, uid *out)
{
    for (size_t plus = str_index(value, '+'); plus < value.n; plus = str_index(value, '+')) {
        value = str_sub(value, plus + 1, value.n);
        if (value.n > 26 && value.p[26] == '@' && uid_parse(str_sub(value, 0, 26), out) == ST_OK)
            return true;
    }
    return false;
}

static void read_quoted(struct arena *a, str fields, struct dsn *out)
{
    str name, value;
    uid id;
    while (fields.n && next_field(a, &fields, &name, &value)) {
        if (str_empty(name))
            return; /* headers end where the text begins */
        if (str_ieq(name, S("Message-ID")) && name_of(value, &id))
            out->message = id;
    }
}

static str content_of(struct arena *a, GMimeObject *o)
{
    GMimeDataWrapper *w = GMIME_IS_PART(o) ? g_mime_part_get_content(GMIME_PART(o)) : NULL;
    if (!w)
        return S("");
    GMimeStream *mem = g_mime_stream_mem_new();
    str text = S("");
    if (g_mime_data_wrapper_write_to_stream(w, mem) >= 0) {
        GByteArray *b = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
        text = str_dup(a, (str){ (const char *)b->data, b->len < FIELDS_MOST ? b->len : FIELDS_MOST });
    }
    g_object_unref(mem);
    return text;
}

static void read_message_id(GMimeMessage *m, struct dsn *out)
{
    const char *id = m ? g_mime_message_get_message_id(m) : NULL;
    uid u;
    if (id && name_of(str_c(id), &u))
        out->message = u;
}

static void read_part(struct arena *a, GMimeObject *o, struct dsn *out, int depth)
{
    GMimeContentType *type = g_mime_object_get_content_type(o);
    if (depth > DEPTH_MOST || !type)
        return;
    if (GMIME_IS_MULTIPART(o)) {
        int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
        for (int i = 0; i < n && i < DEPTH_MOST; i++)
            read_part(a, g_mime_multipart_get_part(GMIME_MULTIPART(o), i), out, depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(o)) {
        read_message_id(g_mime_message_part_get_message(GMIME_MESSAGE_PART(o)), out);
    } else if (g_mime_content_type_is_type(type, "message", "delivery-status")) {
        read_delivery(a, content_of(a, o), out);
    } else if (g_mime_content_type_is_type(type, "message", "feedback-report")) {
        read_feedback(a, content_of(a, o), out);
    } else if (g_mime_content_type_is_type(type, "text", "rfc822-headers")) {
        read_quoted(a, content_of(a, o), out);
    }
}

/* The address that it came back to says more than what it quotes: only we and who got the message know it. */
static void read_came_to(GMimeMessage *m, struct dsn *out)
{
    static const char *const headers[] = { "X-Original-To", "Delivered-To", "To" };
    uid id;
    for (size_t i = 0; i < COUNT(headers); i++) {
        const char *value = g_mime_object_get_header(GMIME_OBJECT(m), headers[i]);
        if (value && tagged(str_c(value), &id)) {
            out->message = id;
            return;
        }
    }
}

static bool is_report(GMimeObject *root)
{
    GMimeContentType *type = root ? g_mime_object_get_content_type(root) : NULL;
    const char *of = type && g_mime_content_type_is_type(type, "multipart", "report")
                         ? g_mime_content_type_get_parameter(type, "report-type") : NULL;
    return of && (str_ieq(str_c(of), S("delivery-status")) || str_ieq(str_c(of), S("feedback-report")));
}

st dsn_read(struct arena *a, str message, struct dsn *out)
{
    *out = (struct dsn){ .kind = DSN_NOTHING };
    if (message.n == 0 || message.n > DSN_MOST)
        return ST_INVALID;
    g_mime_init();
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message.p, message.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
    st s = m ? ST_OK : ST_INVALID;
    if (m && is_report(g_mime_message_get_mime_part(m))) {
        read_part(a, g_mime_message_get_mime_part(m), out, 0);
        read_came_to(m, out);
    }
    if (uid_zero(out->message))
        out->kind = DSN_NOTHING;
    if (m)
        g_object_unref(m);
    g_object_unref(parser);
    g_object_unref(stream);
    return s == ST_OK && arena_failed(a) ? ST_NO_MEMORY : s;
}
