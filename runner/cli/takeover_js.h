/*
 * The object literals of a JavaScript configuration, as JSON: what stands in
 * them as text, number, list or object. Nothing is run, so what is computed
 * (names, calls, templates with ${...}) becomes the text MP_JS_COMPUTED.
 *
 * `export default {...}` and `module.exports = {...}` are the default export,
 * `export const NAME = {...}` are exports by name; either may be a text.
 */
#ifndef RUNNER_CLI_TAKEOVER_JS_H
#define RUNNER_CLI_TAKEOVER_JS_H

#include "runner/base/buf.h"

#define MP_JS_COMPUTED "(computed)"

struct mp_js_exports {
    struct mp_buf whole;    /* JSON of the default export; "" : none */
    struct mp_buf named;    /* JSON object of the exports by name */
    bool is_module_exports; /* it has the profiles by name */
    const char *open; /* a bracket, quote or comment of an export that has no
                         end, in the text; NULL: there is none */
};

void mp_js_read(struct gh_str text, struct mp_js_exports *exports);
void mp_js_finish(struct mp_js_exports *exports);

#endif
