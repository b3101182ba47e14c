/* Pages: a template inside the layout, and what forms on it need. */
#ifndef AVOW_PAGE_H
#define AVOW_PAGE_H

#include "tpl.h"
#include "web.h"

/* A form to hand to a template: what was typed when it is shown again (else blank; fill `typed`), why each field is asked
 * as the statement says, and the session's csrf token. NULL when the arena has no more room. A page whose form has a
 * country sets view->countries. */
struct form_view *web_form(struct rq *, enum form_id);
/* Put what is already known into a field of a form that is shown for the first time; what was typed stays. */
void web_form_fill(struct form_view *, const char *field, str value);
/* A box marked `consent` in forms.reg stays as it is: nobody agrees to something but the person. */
void web_form_tick(struct form_view *, const char *field, bool on);

#endif
