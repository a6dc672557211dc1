/*
 * Text made fit for XML 1.0, whatever bytes it has: markup is escaped (also
 * the ">" of "]]>"), what XML cannot hold is written visibly (\x1b, \ufffe),
 * bytes that are no UTF-8 become U+FFFD. Line ends and tabs stay: as they are
 * in text, as references in attributes, where XML would turn them into spaces.
 */
#ifndef RUNNER_REPORT_XML_H
#define RUNNER_REPORT_XML_H

#include "runner/base/buf.h"

void mp_xml_text(struct mp_buf *out, const char *text);
/* Appends ` name="value"`. */
void mp_xml_attribute(struct mp_buf *out, const char *name, const char *value);
void mp_xml_attribute_number(struct mp_buf *out, const char *name,
                             size_t value);
/* Seconds with three decimals, in no locale. */
void mp_xml_attribute_seconds(struct mp_buf *out, const char *name, double ms);

#endif
