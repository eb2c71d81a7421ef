package sound

import (
	"encoding/binary"
	"testing"
)

// The head of a WAV file says of one and of two channels what follows.
func TestWAVHeader(t *testing.T) {
	for _, c := range []struct{ rate, channels, n int }{{8000, 1, 0}, {8000, 1, 16000}, {48000, 2, 4 * 48000}, {44100, 2, 12}} {
		b := WAVHeader(c.rate, c.channels, c.n)
		if len(b) != 44 || string(b[:4])+string(b[8:16])+string(b[36:40]) != "RIFFWAVEfmt data" {
			t.Fatalf("%q", b)
		}
		le := binary.LittleEndian
		for _, x := range []struct {
			what      string
			got, want int
		}{
			{"bytes behind it", int(le.Uint32(b[4:])), 36 + c.n},
			{"bytes of the format", int(le.Uint32(b[16:])), 16},
			{"kind", int(le.Uint16(b[20:])), 1},
			{"channels", int(le.Uint16(b[22:])), c.channels},
			{"rate", int(le.Uint32(b[24:])), c.rate},
			{"bytes a second", int(le.Uint32(b[28:])), c.rate * c.channels * 2},
			{"bytes of all channels' samples", int(le.Uint16(b[32:])), c.channels * 2},
			{"bits", int(le.Uint16(b[34:])), 16},
			{"bytes of samples", int(le.Uint32(b[40:])), c.n},
		} {
			if x.got != x.want {
				t.Errorf("%+v: %s: %d, want %d", c, x.what, x.got, x.want)
			}
		}
	}
}
