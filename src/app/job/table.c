/* Every kind of job the program knows. */
#include "export.h"
#include "announce.h"
#include "job.h"
#include "mail.h"
#include "notice.h"
#include "payment.h"
#include "profiling.h"
#include "retention.h"
#include "rhythm.h"
#include "service.h"
#include "vat.h"

const struct job_handler job_handlers[] = {
    { "payment.refund", payment_job_refund },
    { "payment.refund_event", payment_job_refund_event },
    { "payment.withdraw", payment_job_withdraw },
    { "payment.fetch", payment_job_fetch },
    { "payment.look", payment_job_look },
    { "payment.collect", payment_job_collect },
    { "mandate.forget", mandate_job_forget },
    { "stripe.session", stripe_job_session },
    { "sandbox.send", sandbox_job_send },
    { "service.start", service_job_start },
    { "service.create", service_job },
    { "service.suspend", service_job },
    { "service.unsuspend", service_job },
    { "service.terminate", service_job },
    { "service.change_package", service_job },
    { "service.change_password", service_job },
    { "service.usage", service_job },
    { "announce.run", announce_job_run },
    { "announce.test", announce_job_test },
    { "vat.check", vat_job_check },
    { "profiling.conclude", profiling_job },
    { "notice.send", notice_job_send },
    { "export.make", export_job_make },
    { "rhythm.run", rhythm_job_run },
    { "rhythm.reprice", rhythm_job_reprice },
    { "retention.run", retention_job_run },
#define ROW(name, object) { "mail." #name, mail_job },
    MAIL_TEMPLATES(ROW)
#undef ROW
};
const size_t job_handlers_n = COUNT(job_handlers);
