package codec

import (
	"os"
	"path/filepath"
	"testing"
)

// real reads a file of bare frames from the captures named by SOMSCOPE_CAPTURES.
func real(t *testing.T, name string) []byte {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real captures are left out")
	}
	b, err := os.ReadFile(filepath.Join(dir, "codec", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Real frames of G.729 have the parity that their pitch calls for, and pulses on every track.
func TestRealG729(t *testing.T) {
	b := real(t, "g729a-frames.g729")
	n := len(b) / 10
	right := 0
	for i := range n {
		d := tree(g729Codec, nil, b[10*i:10*i+10], 10)
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		if d.Find("g729.p0").Note == "right" {
			right++
		}
	}
	if n != 424 || right != n {
		t.Errorf("the parity of %d frames of %d is right", right, n)
	}
}

// Real A-law is quiet most of the time: no law for other bytes.
func TestRealALaw(t *testing.T) {
	b := real(t, "pcma.al")
	var a, u float64
	for _, v := range b {
		a += abs(ALaw(v))
		u += abs(MuLaw(v))
	}
	if len(b) != 56640 || a > u {
		t.Errorf("%d bytes, mean %f as A-law and %f as µ-law", len(b), a/float64(len(b)), u/float64(len(b)))
	}
}

func abs(v int16) float64 {
	if v < 0 {
		return -float64(v)
	}
	return float64(v)
}
