#include "CRules.h"

// The toolchain takes #embed in every C; only its name for it is new.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char alembic_text[] = {
#embed "../Rules/BuiltIn/alembic.json"
};
#include "tables/alembic.h"

static const unsigned char statetrace_text[] = {
#embed "../Rules/BuiltIn/statetrace.json"
};
#include "tables/statetrace.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define LIST(list) list, COUNT(list)
#define SET(set)                                                                       \
  {#set, set##_text, sizeof set##_text, LIST(set##_sections), LIST(set##_rules),       \
   LIST(set##_detectors), LIST(set##_names), LIST(set##_patterns), LIST(set##_hinted), \
   LIST(set##_variables), LIST(set##_guarded), LIST(set##_watched)}

static const struct rules_set sets[] = {SET(alembic), SET(statetrace)};

size_t rules_count(void) { return COUNT(sets); }

const struct rules_set *rules_at(size_t place) { return &sets[place]; }
