// Package order sorts slices of structs where size matters more than speed.
//
// The generic sorts of package slices are compiled once for each type of
// element, 10 to 20 kB of machine code a type, and the program for the browser
// is downloaded. Those here share one copy.
package order

import "sort"

// Stable sorts list; elements that compare equal keep their order.
func Stable[T any](list []T, compare func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
}
