package media

import (
	"fmt"
	"testing"
)

func TestSizesAreCounted(t *testing.T) {
	var m Meter
	for i := range 100 {
		m.Add(&Message{Time: int64(i) * 30e6, Packet: uint32(i), Back: i%4 == 0, Size: 60 + i%3})
	}
	m.Add(&Message{NoTime: true, Size: 9})
	r := m.Report(Data)
	if got := fmt.Sprint(r.Sizes); got != "[[{9 1} {60 25} {61 25} {62 25}] [{60 9} {61 8} {62 8}]]" {
		t.Error(got)
	}
	if r := new(Meter).Report(Data); r.Sizes[0] != nil || r.Sizes[1] != nil {
		t.Error(r.Sizes)
	}
}
