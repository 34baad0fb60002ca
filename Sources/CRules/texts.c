#include "CRules.h"

// The toolchain takes #embed in every C; only its name for it is new.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char alembic[] = {
#embed "../Rules/BuiltIn/alembic.json"
};

static const unsigned char statetrace[] = {
#embed "../Rules/BuiltIn/statetrace.json"
};

static const struct rules_text texts[] = {
    {"alembic", alembic, sizeof alembic},
    {"statetrace", statetrace, sizeof statetrace},
};

size_t rules_count(void) { return sizeof texts / sizeof *texts; }

struct rules_text rules_at(size_t place) { return texts[place]; }
