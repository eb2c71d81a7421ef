package classify

import (
	"math/rand/v2"
	"testing"

	"somscope/decoder/inet"
)

// A map is the second opinion.
func TestEnds(t *testing.T) {
	var e ends
	if e.find(inet.Addr{}, 0) != -1 {
		t.Error("an end was found in an empty table")
	}
	want := map[end]int32{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		k := end{inet.Addr{Hi: r.Uint64N(2), Lo: r.Uint64N(2)}, uint16(r.Uint64N(3000))}
		n, isNew := e.add(k.addr, k.port)
		old, known := want[k]
		if isNew == known || known && n != old || !known && int(n) != len(want) {
			t.Fatalf("%v: number %d, new %v, want %d, known %v", k, n, isNew, old, known)
		}
		want[k] = n
	}
	for k, n := range want {
		if got := e.find(k.addr, k.port); got != n {
			t.Errorf("%v is %d, want %d", k, got, n)
		}
	}
	if e.find(inet.Addr{Hi: 9}, 1) != -1 {
		t.Error("an end was found that is not there")
	}
}
