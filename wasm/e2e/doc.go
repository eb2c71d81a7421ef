// Package e2e holds the tests that use the built site as a person does: in a
// real Chromium, with a mouse, a keyboard and files that are dropped on the
// page. It holds no code of the product.
//
// The site is served on the loopback interface under a sub-path, by the
// handler that the build's own server uses. Every test fails on an error in
// the console, on a request that is not for a file of the site, and on one
// that the site's server refuses.
//
// The tests speak of roles and names ("the button called Stop"), as assistive
// technology does, and wait for what the page says of itself (data-ready,
// data-state): there is no sleep in them. Only the benchmarks let as much time
// pass as a visitor takes to look at the page.
//
// Environment:
//
//	SOMSCOPE_DIST      the built site; without it the tests build one
//	SOMSCOPE_CHROMIUM  the browser; without it the usual names are tried
//	SOMSCOPE_AXE       axe.min.js of axe-core, for the check of accessibility
//	SOMSCOPE_CAPTURES  folder of real captures; tests of them skip without it
//	SOMSCOPE_SHOTS     folder for screenshots; without it a temporary one
//	SOMSCOPE_BENCH     set to run the benchmarks
//	CI=true            what is missing fails instead of skipping
package e2e
