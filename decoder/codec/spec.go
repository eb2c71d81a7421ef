package codec

import (
	"fmt"
	"strings"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// spec makes the Spec of a parameter that a standard defines; where is the place in it.
func spec(name, label string, show field.Show, key, where, doc string) *field.Spec {
	return &field.Spec{Name: name, Label: label, Show: show, Doc: doc, Cite: []field.Cite{{Key: key, Where: where}}}
}

// withUnit, withEnum and withCite finish a Spec where it is declared.
func withUnit(s *field.Spec, unit string) *field.Spec {
	s.Unit = unit
	return s
}

func withEnum(s *field.Spec, e field.Enum) *field.Spec {
	s.Enum = e
	return s
}

func withCite(s *field.Spec, key, where string) *field.Spec {
	s.Cite = append(s.Cite, field.Cite{Key: key, Where: where})
	return s
}

var (
	specLeftover = spec("codec.leftover", "Left over", field.Raw, "somscope", "",
		"These bytes make no whole frame: the payload was cut, or it is of another codec.")
	specFurther = spec("codec.further", "Further samples", field.Raw, "somscope", "",
		"These bytes are samples like those before them; they are not listed one by one, so that the tree stays short.")
)

var specFrames = spec("codec.frames", "Further frames", field.Raw, "somscope", "",
	"These bytes are frames like those before them; they are not listed one by one, so that the tree stays short.")

// maxFrames is how many frames or events of a payload get fields of their own: five seconds of G.729.
const maxFrames = 500

// own are the Specs that belong to no codec of their own.
var own = []*field.Spec{specLeftover, specFurther, specFrames}

// Specs lists every Spec that a codec may emit, each once, in the order of the table.
var Specs = allSpecs()

func allSpecs() []*field.Spec {
	all := append([]*field.Spec(nil), own...)
	for i, c := range Table {
		shared := false // with a codec before it: iLBC is two of the table
		for _, other := range Table[:i] {
			shared = shared || len(other.Specs) > 0 && len(c.Specs) > 0 && other.Specs[0] == c.Specs[0]
		}
		if !shared {
			all = append(all, c.Specs...)
		}
	}
	return all
}

// empty says that a payload has no bytes, if it has none.
func empty(d *dissect.D) bool {
	if d.Left() > 0 {
		return false
	}
	if d.OK() {
		cause := field.ErrShort
		if d.Cut() {
			cause = field.ErrSnapped
		}
		d.HeadFault(cause, "%s", whyEmpty)
	}
	return true
}

const whyEmpty = "the payload has no bytes, so there is no frame in it"

// leftover reads what makes no whole frame, and says so at its first byte. A payload that the
// capture cut is no fault of its sender.
func leftover(d *dissect.D, why string) {
	n := d.Left()
	if n == 0 {
		return
	}
	cut := d.Cut()
	d.Rest(specLeftover)
	if cut {
		d.Fault(field.ErrSnapped, "the capture cut the payload: only %s of a frame are there", count(n, "byte"))
		return
	}
	d.Fault(field.ErrFormat, "%s", why)
}

// count writes a number of things: "1 byte", "3 bytes".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ms writes a duration for people: "20 ms", "22.5 ms".
func ms(d time.Duration) string {
	s := fmt.Sprintf("%.3f", float64(d)/float64(time.Millisecond))
	return strings.TrimRight(strings.TrimRight(s, "0"), ".") + " ms"
}

// samples is how long n samples last at a rate in Hz.
func samples(n, rate int) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(n) * time.Second / time.Duration(rate)
}
