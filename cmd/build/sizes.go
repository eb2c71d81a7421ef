package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// weight is what a visitor with a current browser fetches for the file.
func (f *file) weight() int {
	if f.br != nil {
		return len(f.br)
	}
	return len(f.data)
}

// table prints what every file weighs, and the two sums that have a limit. It
// reports whether both hold.
func (s *site) table(w io.Writer) bool {
	all := s.list()
	slices.SortStableFunc(all, func(a, b *file) int {
		if a.stage != b.stage {
			return int(a.stage) - int(b.stage)
		}
		return b.weight() - a.weight()
	})
	width := len("before the page is usable")
	for _, f := range all {
		width = max(width, len(f.name))
	}
	sums := [3]int{}
	fmt.Fprintf(w, "%-*s  %-6s  %10s  %10s  %10s\n", width, "file", "when", "bytes", "gzip", "brotli")
	for _, f := range all {
		sums[f.stage] += f.weight()
		gz := len(f.gz)
		if f.gz == nil {
			gz = len(f.data)
		}
		fmt.Fprintf(w, "%-*s  %-6s  %10s  %10s  %10s\n", width, f.name, f.stage, grouped(len(f.data)), grouped(gz), grouped(f.weight()))
	}
	fit := true
	for _, sum := range []struct {
		what               string
		got, limit, target int
	}{
		{"before the page is usable", sums[first], firstLimit, firstLimit},
		{"in all, without samples", sums[first] + sums[later], allLimit, allTarget},
	} {
		verdict := "fits"
		if sum.got > sum.limit {
			verdict, fit = "TOO HEAVY", false
		} else if sum.got > sum.target {
			verdict = "fits; target " + grouped(sum.target) + ": " + grouped(sum.got-sum.target) + " over"
		}
		fmt.Fprintf(w, "%-*s  %-6s  %10s  %10s  %10s  limit %s: %s\n", width, sum.what, "", "", "", grouped(sum.got), grouped(sum.limit), verdict)
	}
	return fit
}

// grouped writes a number with a comma every three digits.
func grouped(n int) string {
	text := fmt.Sprint(n)
	var parts []string
	for len(text) > 3 {
		parts = append([]string{text[len(text)-3:]}, parts...)
		text = text[:len(text)-3]
	}
	return strings.Join(append([]string{text}, parts...), ",")
}
