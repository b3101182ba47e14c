/* What a request says about its sender, reduced to what is used. */
#ifndef AVOW_AGENT_H
#define AVOW_AGENT_H

#include "text.h"

/* Browser family of a User-Agent header: the same word for millions of people. Static. */
str agent_family(str user_agent);
/* The first language of an Accept-Language header that we have words in; else the first we have. */
enum language language_of(str accept_language);

#endif
