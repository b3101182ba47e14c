/* Figures of the shop by day and currency: orders placed, invoiced, received.
 *
 * The books and the orders only grow, so a command of the timetable counts what is new since it last did, a part at a time. A
 * page reads thirty rows. Days are those of London, as everywhere in the books. */
#ifndef AVOW_FIGURES_H
#define AVOW_FIGURES_H

#include "command.h"
#include "figures_html.h"

#define FIGURES_DAYS 30
#define FIGURES_CURRENCIES 12 /* in the table below the plots */

/* The last 30 days as the two plots and the table of the template `figures_month`: bars in the first currency of the shop, all
 * of them in the table. In the arena. */
NODISCARD st figures_recent(struct db *, struct arena *, str currency, date today, struct v_figures *out);

#endif
