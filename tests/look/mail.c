/* A message, both parts. */
#include "look.h"

#include "notice_html.h"

void look_mail(struct look *l)
{
    const struct v_mail_row rows[] = { { S("Order"), S("Starter, paid every year") }, { S("Total"), S("£216.00") } };
    const struct v_notice v = {
        .from = { S("Example Hosting Ltd"), S("1 Sample Street, London, EC1A 1BB, United Kingdom"), S("Hello Alice Marlowe,"),
                  S("This is a service message about your account or order."), S("What we do with your data:"),
                  { S("https://shop.example.test/privacy") } },
        .about = S("We have received your order"),
        .lead = S("Thank you. Your order of £216.00 has reached us and waits for payment."),
        .body = S("As soon as it is paid you get a VAT invoice and we set up what you bought."),
        .action = S("Pay now"),
        .address = { S("https://shop.example.test/invoices/1") },
        .rows = { rows, 2 },
    };
    t_notice_html(&l->body, &v);
    look_bare(l, "mail");
    t_notice_text(&l->body, &v);
    look_bare(l, "mail-text");
}
