/* Services: what a customer bought, running. Made when the invoice is paid, one row per unit of each order line,
 * and brought to life by the courier through a provisioning module (provision.h). */
#ifndef AVOW_SERVICE_H
#define AVOW_SERVICE_H

#include "job.h"

/* Make the services of a paid order and queue their creation. Harmless when repeated: a unit that exists stays.
 * Needs the writer's transaction; `tax_point` starts the first period. */
NODISCARD st service_start_nt(struct cx *, int64_t order, date tax_point);

/* Job handlers "service.create", "service.suspend" … : object is service.id. */
NODISCARD st service_job(struct job_cx *);

/* The date on which the next period of a service begins; DATE_NONE for cycle "once". */
date service_next_due(date from, str cycle);

#endif
