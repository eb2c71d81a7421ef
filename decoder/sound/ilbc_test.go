package sound

import (
	"math"
	"testing"

	"somscope/decoder/codec"
	"somscope/decoder/codec/ilbc"
)

var ilbcModes = []struct {
	id   codec.ID
	mode ilbc.Mode
}{{codec.ILBC20, ilbc.Mode20}, {codec.ILBC30, ilbc.Mode30}}

// hum encodes n frames of two tones.
func hum(m ilbc.Mode, n int) []byte {
	e := ilbc.NewEncoder(m)
	var b []byte
	pcm := make([]int16, m.Samples())
	for k := range n {
		for i := range pcm {
			at := float64(k*m.Samples()+i) / 8000
			pcm[i] = int16(4000*math.Sin(2*math.Pi*500*at) + 2000*math.Sin(2*math.Pi*1500*at))
		}
		b = e.Encode(b, pcm)
	}
	return b
}

// Payloads of one and of several frames decode alike; what is left over gives an error and the
// samples before it.
func TestILBC(t *testing.T) {
	for _, c := range ilbcModes {
		open := func() Decoder {
			d, err := New(codec.ByID(c.id), codec.Params{})
			if err != nil {
				t.Fatal(err)
			}
			if d.Rate() != 8000 || d.Channels() != 1 {
				t.Fatalf("%d Hz, %d channels", d.Rate(), d.Channels())
			}
			return d
		}
		b := hum(c.mode, 12)
		one, three := open(), open()
		var x, y []int16
		for at := 0; at < len(b); at += c.mode.Bytes() {
			x, _ = one.Decode(x, b[at:at+c.mode.Bytes()])
		}
		for at := 0; at < len(b); at += 3 * c.mode.Bytes() {
			var err error
			if y, err = three.Decode(y, b[at:at+3*c.mode.Bytes()]); err != nil {
				t.Fatal(err)
			}
		}
		if len(x) != 12*c.mode.Samples() || len(x) != len(y) {
			t.Fatalf("%d and %d samples", len(x), len(y))
		}
		power := 0.0
		for i := range x {
			if x[i] != y[i] {
				t.Fatalf("sample %d is %d or %d", i, x[i], y[i])
			}
			power += float64(x[i]) * float64(x[i])
		}
		if r := math.Sqrt(power / float64(len(x))); r < 2500 || r > 3600 {
			t.Errorf("a level of %.0f", r)
		}

		z, err := open().Decode([]int16{7}, b[:c.mode.Bytes()+5])
		if err == nil || len(z) != 1+c.mode.Samples() || z[0] != 7 {
			t.Errorf("%d samples, %v", len(z), err)
		}
		if z, err := open().Decode(nil, nil); err != nil || len(z) != 0 {
			t.Errorf("nothing gives %d samples, %v", len(z), err)
		}
	}
}

// A gap is filled with the same samples however it is cut in pieces, of any length, and what is
// left of a frame when the next payload comes is not heard.
func TestILBCGap(t *testing.T) {
	for _, c := range ilbcModes {
		b := hum(c.mode, 8)
		run := func(pieces ...int) (out []int16) {
			d := newILBC(c.mode == ilbc.Mode30)
			out, _ = d.Decode(out, b)
			out = out[len(out):]
			for _, n := range pieces {
				out = d.Conceal(out, n)
			}
			return out
		}
		whole := run(1000)
		loud := 0
		for _, v := range whole[:160] {
			loud = max(loud, int(v), -int(v))
		}
		if len(whole) != 1000 || loud < 1000 {
			t.Fatalf("%d samples up to %d", len(whole), loud)
		}
		for _, pieces := range [][]int{{1, 999}, {160, 240, 600}, {333, 333, 334}, {0, 1000, 0}} {
			cut := run(pieces...)
			if len(cut) != len(whole) {
				t.Fatalf("%v: %d samples", pieces, len(cut))
			}
			for i := range cut {
				if cut[i] != whole[i] {
					t.Fatalf("%v: sample %d is %d, want %d", pieces, i, cut[i], whole[i])
				}
			}
		}
		d := newILBC(c.mode == ilbc.Mode30)
		out, _ := d.Decode(nil, b)
		out = d.Conceal(out[:0], 10)
		if out, _ = d.Decode(out, b[:c.mode.Bytes()]); len(out) != 10+c.mode.Samples() {
			t.Errorf("%d samples after a gap", len(out))
		}
		if out = d.Conceal(out[:0], 10); len(out) != 10 {
			t.Errorf("%d samples", len(out))
		}
	}
}
