package order

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestStable(t *testing.T) {
	type pair struct{ key, at int }
	rng := rand.New(rand.NewPCG(5, 6))
	for n := range 200 {
		list := make([]pair, n)
		for i := range list {
			list[i] = pair{rng.IntN(10), i}
		}
		want := slices.Clone(list)
		byKey := func(a, b pair) int { return cmp.Compare(a.key, b.key) }
		slices.SortStableFunc(want, byKey)
		Stable(list, byKey)
		if !slices.Equal(list, want) {
			t.Fatalf("%v, want %v", list, want)
		}
	}
}
