#include <gmime/gmime.h>

#include "codec.h"
#include "message.h"
#include "str.h"

/* No header value may bring a line end or another control character of its own. */
static st check_header(str s, size_t most)
{
    return s.n <= most && utf8_printable(s, false) ? ST_OK : ST_INVALID;
}

st message_sender_parse(struct arena *a, str s, str *name, str *address)
{
    TRY(check_header(s, 320));
    size_t open = str_index(s, '<');
    str bare = str_trim(s);
    *name = S("");
    *address = bare;
    if (open < s.n) {
        str rest = str_sub(s, open + 1, s.n);
        size_t close = str_index(rest, '>');
        if (close == rest.n || !str_empty(str_trim(str_sub(rest, close + 1, rest.n))))
            return ST_INVALID;
        *name = str_dup(a, str_trim(str_sub(s, 0, open)));
        *address = str_dup(a, str_sub(rest, 0, close));
    }
    return str_index(*address, '@') < address->n && str_index(*address, ' ') == address->n ? ST_OK : ST_INVALID;
}

static GMimePart *part_new(struct arena *a, const char *subtype, str text)
{
    const char *z = str_z(a, text);
    if (!z)
        return NULL;
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, z);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_PART(part);
}

static st fill_headers(struct arena *a, GMimeMessage *m, const struct message *msg)
{
    str id = str_fmt(a, "%.*s@%.*s", STR_ARG(uid_str(a, msg->id)),
                     STR_ARG(str_sub(msg->from, str_index(msg->from, '@') + 1, msg->from.n)));
    const char *from_name = str_z(a, msg->from_name), *from = str_z(a, msg->from), *to_name = str_z(a, msg->to_name),
               *to = str_z(a, msg->to), *subject = str_z(a, msg->subject), *id_z = str_z(a, id);
    if (!from_name || !from || !to_name || !to || !subject || !id_z)
        return ST_INVALID;
    g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_FROM, from_name, from);
    g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_TO, to_name, to);
    g_mime_message_set_subject(m, subject, "utf-8");
    g_mime_message_set_message_id(m, id_z);
    GDateTime *when = g_date_time_new_from_unix_utc(msg->date.s);
    if (!when)
        return ST_INVALID;
    g_mime_message_set_date(m, when);
    g_date_time_unref(when);
    g_mime_object_set_header(GMIME_OBJECT(m), "Auto-Submitted", "auto-generated", NULL);
    g_mime_object_set_header(GMIME_OBJECT(m), "X-Message-Class", msg->mail_class, NULL);
    return ST_OK;
}

static st fill_parts(struct arena *a, GMimeMessage *m, const struct message *msg)
{
    GMimePart *text = part_new(a, "plain", msg->text), *html = part_new(a, "html", msg->html);
    st rc = text && html ? ST_OK : ST_INVALID;
    if (rc == ST_OK) {
        GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
        g_mime_multipart_add(both, GMIME_OBJECT(text));
        g_mime_multipart_add(both, GMIME_OBJECT(html));
        g_mime_message_set_mime_part(m, GMIME_OBJECT(both));
        g_object_unref(both);
    }
    if (text)
        g_object_unref(text);
    if (html)
        g_object_unref(html);
    return rc;
}

static st serialise(struct arena *a, GMimeMessage *m, bool crlf, str *out)
{
    GMimeFormatOptions *format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, crlf ? GMIME_NEWLINE_FORMAT_DOS : GMIME_NEWLINE_FORMAT_UNIX);
    GMimeStream *stream = g_mime_stream_mem_new();
    st rc = ST_NO_MEMORY;
    if (g_mime_object_write_to_stream(GMIME_OBJECT(m), format, stream) >= 0) {
        GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        *out = str_dup(a, (str){ (const char *)bytes->data, bytes->len });
        rc = arena_failed(a) ? ST_NO_MEMORY : ST_OK;
    }
    g_object_unref(stream);
    g_mime_format_options_free(format);
    return rc;
}

st message_compose(struct arena *a, const struct message *msg, bool crlf, str *out)
{
    g_mime_init();
    TRY(check_header(msg->from_name, 200));
    TRY(check_header(msg->from, 254));
    TRY(check_header(msg->to_name, 200));
    TRY(check_header(msg->to, 254));
    TRY(check_header(msg->subject, 300));
    GMimeMessage *m = g_mime_message_new(TRUE);
    st rc = fill_headers(a, m, msg);
    if (rc == ST_OK)
        rc = fill_parts(a, m, msg);
    if (rc == ST_OK)
        rc = serialise(a, m, crlf, out);
    g_object_unref(m);
    return rc;
}
