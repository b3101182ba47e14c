/* The client area. */
#include "look.h"

#include "account_html.h"
#include "invoice_html.h"
#include "service_html.h"

static void forms_of(struct look *l)
{
    t_login_show(&l->body, &(struct v_login_show){ .f = look_form(l, FORM_LOGIN, false) });
    look_page(l, "login", S("visitor"), S("login"), S("Sign in"));
    t_register_show(&l->body, &(struct v_register_show){ look_form(l, FORM_REGISTER, true) });
    look_page(l, "register-errors", S("visitor"), S("register"), S("Register"));
    t_check_mail(&l->body, &(struct v_check_mail){ S("register") });
    look_page(l, "check-mail", S("visitor"), S("register"), S("Look into your mail"));
    t_verify_show(&l->body, &(struct v_verify_show){ look_form(l, FORM_VERIFY, false), S("sample") });
    look_page(l, "verify", S("visitor"), S("verify"), S("Confirm your address"));
    t_verified(&l->body, &(struct v_verified){ 0 });
    look_page(l, "verified", S("visitor"), S("verify"), S("Confirmed"));
    t_link_expired(&l->body, &(struct v_link_expired){ 0 });
    look_page(l, "expired", S("visitor"), S("verify"), S("Expired"));
    t_forgot_show(&l->body, &(struct v_forgot_show){ look_form(l, FORM_FORGOT, false) });
    look_page(l, "forgot", S("visitor"), S("forgot"), S("Set a new password"));
    t_reset_show(&l->body, &(struct v_reset_show){ look_form(l, FORM_RESET, false), S("sample") });
    look_page(l, "reset", S("visitor"), S("reset"), S("Set a new password"));
}

static void home(struct look *l)
{
    const struct v_account_home_service s[] = {
        { look_uid(1), S("Starter"), S("quillfeather.example"), S("active") },
        { look_uid(2), S("Managed server"), S(""), S("pending") },
    };
    const struct v_account_home_invoice i[] = { { look_uid(3), S(""), look_on(7), look_money(21600), S("unpaid") } };
    t_account_home(&l->body, &(struct v_account_home){ S("Alice Marlowe"), false, { s, 2 }, { i, 1 }, 24, 6, true, true, true });
    look_page(l, "account", S("customer"), S("account"), S("Your client area"));
    t_account_home(&l->body, &(struct v_account_home){ S("Alice Marlowe"), true, { NULL, 0 }, { NULL, 0 }, 4, 0, false, false, false });
    look_page(l, "account-new", S("customer"), S("account"), S("Your client area"));
}

static void profile(struct look *l)
{
    const struct v_sessions_show_session s[] = {
        { look_uid(1), S("Firefox"), S("192.0.2.17"), look_at(3, 0), look_at(0, 1), true },
        { look_uid(2), S("Safari"), S("2001:db8::17"), look_at(20, 0), look_at(9, 0), false },
    };
    const struct form_view *f = look_form(l, FORM_PROFILE, false);
    look_fill(f, "full_name", S("Alice Marlowe"));
    look_fill(f, "customer_type", S("consumer"));
    t_profile_show(&l->body, &(struct v_profile_show){ .f = f, .email = S("alice@example.test"), .saved = true, .business_offered = true, .version = 3 });
    look_page(l, "profile", S("customer"), S("profile"), S("Your profile"));
    t_password_show(&l->body, &(struct v_password_show){ look_form(l, FORM_PASSWORD, true), false });
    look_page(l, "password", S("customer"), S("profile"), S("Your profile"));
    t_sessions_show(&l->body, &(struct v_sessions_show){ { s, 2 }, S("sample"), true });
    look_page(l, "sessions", S("customer"), S("profile"), S("Your profile"));
}

static void invoices(struct look *l)
{
    static const str seller[] = { SI("1 Sample Street"), SI("London"), SI("EC1A 1BB"), SI("United Kingdom") };
    static const str party[] = { SI("12 Quillfeather Lane"), SI("Guildford"), SI("GU1 3XZ"), SI("United Kingdom") };
    const struct v_invoice_row rows[] = {
        { look_uid(1), S(""), look_at(0, 20), look_on(7), look_money(21600), S("unpaid") },
        { look_uid(4), S("CN-2026-00007"), look_at(1, 0), DATE_NONE, look_money(7200), S("issued") },
        { look_uid(2), S("INV-2026-00041"), look_at(40, 0), look_on(-33), look_money(7200), S("paid") },
    };
    const struct v_invoice_line lines[] = {
        { S("Starter, paid every year"), S("quillfeather.example"), look_on(0), look_on(364), 1, look_money(6000), look_money(6000), 2000, look_money(1200), look_money(0) },
        { S("Managed server, paid monthly"), S(""), look_on(0), look_on(29), 2, look_money(6000), look_money(10000), 2000, look_money(2000), look_money(2000) },
    };
    const struct v_invoice_rate rates[] = { { 2000, look_money(18000), look_money(3600) } };
    const struct v_invoice_payment pays[] = {
        { look_uid(8), S("succeeded"), look_at(0, 5), look_money(21600), S("Sandbox") },
        { look_uid(9), S("declined"), look_at(0, 12), look_money(21600), S("Sandbox") },
    };
    const struct v_invoice_note notes[] = { { look_uid(4), S("CN-2026-00007"), look_on(2), look_money(21600) } };
    t_invoices_list(&l->body, &(struct v_invoices_list){ { rows, 3 }, 0 });
    look_page(l, "invoices", S("customer"), S("invoices"), S("Your invoices"));
    for (int paid = 0; paid < 2; paid++) {
        struct v_invoice_doc d = { .id = look_uid(1), .status = paid ? S("paid") : S("unpaid"),
            .number = paid ? S("INV-2026-00042") : S(""), .issued = paid ? look_on(0) : DATE_NONE, .tax_point = look_on(0),
            .due = look_on(7), .created = look_at(0, 20), .seller_name = S("Example Hosting Ltd"), .seller_address = { seller, 4 },
            .seller_number = S("01234567"), .seller_vat = S("GB 999 9999 73"), .seller_email = S("hello@example.test"),
            .party_name = S("Alice Marlowe"), .party_address = { party, 4 }, .reference = S("PO-778"), .lines = { lines, 2 },
            .rates = { rates, 1 }, .net = look_money(18000), .vat = look_money(3600), .gross = look_money(21600), .to_pay = look_money(21600), .vat_shown = true };
        const struct v_invoice_way ways[] = { { S("Trial payment"), S("Sandbox payment gateway"), S("the amount, our reference, your name"), true,
                                                look_form(l, FORM_PAY, false) } };
        t_invoice_show(&l->body, &(struct v_invoice_show){ .d = d, .payments = { pays, paid ? 2 : 0 }, .payable = !paid,
            .waits = false, .ways = { ways, 1 }, .notes = { notes, paid ? 1 : 0 } });
        look_page(l, paid ? "invoice-paid" : "invoice", S("customer"), S("invoices"), S("Invoice"));
        d.is_note = true;
        d.status = S("issued");
        d.number = S("CN-2026-00007");
        d.credits = look_uid(1);
        d.credits_number = S("INV-2026-00042");
        d.reason = S("cancellation");
        if (!paid)
            continue;
        t_invoice_show(&l->body, &(struct v_invoice_show){ .d = d });
        look_page(l, "credit-note", S("customer"), S("invoices"), S("Invoice"));
    }
}

static void services(struct look *l)
{
    static const str states[] = { SI("active"), SI("pending"), SI("suspended") };
    static const char *const names[] = { "service", "service-pending", "service-suspended" };
    const struct v_service_row rows[] = {
        { look_uid(1), S("Starter"), S("quillfeather.example"), S("active"), look_on(365), S("annually") },
        { look_uid(2), S("Managed server"), S(""), S("pending"), DATE_NONE, S("monthly") },
    };
    t_services_list(&l->body, &(struct v_services_list){ { rows, 2 }, 0 });
    look_page(l, "services", S("customer"), S("services"), S("Your services"));
    t_services_list(&l->body, &(struct v_services_list){ { NULL, 0 }, 0 });
    look_page(l, "services-empty", S("customer"), S("services"), S("Your services"));
    for (size_t i = 0; i < COUNT(states); i++) {
        t_service_show(&l->body, &(struct v_service_show){ .id = look_uid(1), .product = S("Starter"), .hostname = S("quillfeather.example"),
            .status = states[i], .cycle = S("annually"), .next_due = look_on(365), .created = look_at(0, 4), .activated = look_at(0, 2),
            .address = { S("http://127.0.0.1:8081/quillfeather.example/") }, .username = S("w3kq81"), .secret = S("tulip-harbour-nineteen"),
            .used = 1234567, .used_at = look_at(0, 1), .stores_data = true, .can_act = i == 0, .waits = i == 1,
            .platform = S("Hosting platform"), .platform_gets = S("the host name, a user name"), .csrf = S("sample"), .order = look_uid(1) });
        look_page(l, names[i], S("customer"), S("services"), S("Starter"));
    }
}

void look_account(struct look *l)
{
    forms_of(l);
    home(l);
    profile(l);
    invoices(l);
    services(l);
}
