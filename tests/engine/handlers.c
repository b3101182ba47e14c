/* The commands of these scenarios. */
#include "commands.h"

#define RUN(id)                                                     \
    static st run_##id(struct cx *cx, const void *in, void *out)    \
    {                                                               \
        return cmd_##id(cx, in, out);                               \
    }
#define ALL(X)                                                                                                        \
    X(JOB_LEASE, job_lease) X(JOB_FINISH, job_finish) X(JOB_RETRY, job_retry)                                         \
    X(DISCLOSURE_RECORD, disclosure_record) X(OUTBOUND_RECORD, outbound_record) X(MAIL_TOKEN, mail_token)                                                 \
    X(PRODUCT_SAVE, product_save) X(PRODUCT_PRICES, product_prices)                                                   \
    X(BASKET_ADD, basket_add) X(BASKET_QUANTITY, basket_quantity) X(BASKET_CLEAR, basket_clear)                       \
    X(ORDER_PLACE, order_place) X(ORDER_CANCEL, order_cancel) X(INVOICE_CANCEL, invoice_cancel)                       \
    X(INVOICE_ISSUE, invoice_issue) X(INVOICE_ISSUE_DUE, invoice_issue_due) X(INVOICE_CREDIT, invoice_credit)         \
    X(PAYMENT_START, payment_start) X(PAYMENT_CALLBACK, payment_callback) X(PAYMENT_RESOLVE, payment_resolve)         \
    X(PAYMENT_REFUND, payment_refund) X(SANDBOX_CHOOSE, sandbox_choose) X(SANDBOX_REFUND, sandbox_refund)             \
    X(VAT_CHECKED, vat_checked) X(SERVICE_REPORT, service_report) X(SERVICE_ACT, service_act)    \
    X(PAYMENT_REFUND_TOLD, payment_refund_told) X(MANDATE_REVOKE, mandate_revoke) X(MANDATE_FORGET, mandate_forget)  \
    X(SANDBOX_COLLECT, sandbox_collect) X(PAYMENT_COLLECT, payment_collect) X(PAYMENT_PREPARED, payment_prepared)     \
    X(FIGURES_COUNT, figures_count)                                                                                   \
    X(BANK_IMPORT, bank_import) X(BANK_DECIDE, bank_decide) X(BANK_REFUND_DUE, bank_refund_due)                       \
    X(BANK_REFUND_SENT, bank_refund_sent)                                                                              \
    X(CREDIT_GRANT, credit_grant) X(CREDIT_USE, credit_use)                                                           \
    X(COUPON_SAVE, coupon_save) X(COUPON_STOP, coupon_stop) X(BASKET_COUPON, basket_coupon)                           \
    X(BASKET_UNCOUPON, basket_uncoupon) X(BASKET_TRIAL, basket_trial) X(PRODUCT_TERMS, product_terms)     \
    X(ORDER_EXPIRE, order_expire) X(BASKET_EXPIRE, basket_expire)                                                    \
    X(FRAUD_ASK_HUMAN, fraud_ask_human) X(FRAUD_DECIDE, fraud_decide) X(FRAUD_SWEEP, fraud_sweep) \
    X(PROFILING_CONCLUDE, profiling_conclude)

#define DEFINE(upper, id) RUN(id)
ALL(DEFINE)

#define ROW(upper, id) [CMD_##upper] = run_##id,
command_fn *const command_handlers[CMD_COUNT] = { ALL(ROW) };
