/*
 * The page of the `html` report: what stands in the file before and after the
 * data. Made at build time from html/page.html, html/page.css and
 * html/page.js by html/embed.cmake, which also writes the page's content
 * security policy with the hashes of its own style and script: nothing else
 * can run in it, and nothing can be fetched.
 *
 * The data are blocks between both:
 *   <script type="application/json" id="run">    the run and the counts
 *   <script type="application/json" id="cases">  a list, one item a case
 *   <script type="application/json" id="case-N"> what happened in case N
 * In them "<" is written as an escape of JSON, so that no text can end a
 * block.
 */
#ifndef RUNNER_REPORT_PAGE_H
#define RUNNER_REPORT_PAGE_H

#include <stddef.h>

extern const unsigned char mp_page_head[], mp_page_tail[];
extern const size_t mp_page_head_bytes, mp_page_tail_bytes;

#endif
