// must not compile: seal.h
// A feature that wants to seal and open by itself.
#include "gate.h"
#ifndef GOOD
#include "seal.h"
#endif
extern int nothing;
