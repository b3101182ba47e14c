/* Services: what a customer bought, running. Made when the invoice is paid, one row per unit of each order line,
 * and brought to life by the courier through a provisioning module (provision.h). */
#ifndef AVOW_SERVICE_H
#define AVOW_SERVICE_H

#include "job.h"
#include "provision.h"

/* Make the services of a paid order and queue their creation. Harmless when repeated: a unit that exists stays.
 * Needs the writer's transaction; `tax_point` starts the first period. */
NODISCARD st service_start_nt(struct cx *, int64_t order, date tax_point);

/* Job "service.start", object orders.id: services of an order that was paid under a restriction. */
NODISCARD st service_job_start(struct job_cx *);

/* Ask for a verb, as staff would: ST_CONFLICT with cx->message when the service's state does not allow it, or something is
 * being done to it ("service.busy"). Needs the writer's transaction. */
NODISCARD st service_do_nt(struct cx *, uid service, enum provision_verb, str package);

/* Another package for a running service, whatever else is being done to it: the platform gets it in its turn. Writer's
 * transaction. */
NODISCARD st service_package_nt(struct cx *, uid service, str package);

/* Job handlers "service.create", "service.suspend" … : object is service.id. */
NODISCARD st service_job(struct job_cx *);

/* The date on which the next period of a service begins; DATE_NONE for cycle "once". */
date service_next_due(date from, str cycle);

#endif
