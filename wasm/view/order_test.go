package view

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestStable(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		list := make([]int, n)
		for i := range list {
			list[i] = r.IntN(8)<<16 | i // the lower half tells equals apart
		}
		by := func(a, b int) int { return a>>16 - b>>16 }
		want := slices.Clone(list)
		slices.SortStableFunc(want, by)
		if Stable(list, by); !slices.Equal(list, want) {
			t.Errorf("%d numbers: got %x, want %x", n, list, want)
		}
	}
}
