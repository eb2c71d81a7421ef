package media

import (
	"math"
	"strconv"

	"somscope/decoder/field"
)

// The paper's equation 10 is size = (rate · dT / 8 + H) · RF + SoM. Its H and its SoM are round
// numbers for what nobody outside could measure: the headers of the multiplex are encrypted.
const (
	header   = 8 // H, bytes that each block carries
	paperSoM = 4 // bytes in front of a message, in the paper's figures

	maxBlocks  = 4
	maxMessage = 1472 // bytes: the largest datagram that Ethernet carries in one piece
)

// som is how many bytes a carrier puts in front of the blocks of a message.
func som(c Carrier) float64 {
	switch c {
	case E2O:
		return 5 // connection id, and a byte that counts
	case TCP:
		return 5 // length, sequence number: two more than over UDP, as 69 bytes are more than 67
	}
	return 3 // Start of Message
}

// A family is a codec at a rate in the paper's table, and the lengths of its blocks.
type family struct {
	codec    string
	id       string // in package codec
	kbits    float64
	variable bool
	narrow   bool // voice as on the telephone, up to 4 kHz
	ms       []float64
}

// families are those of Bonfiglio et al. 2007, Table 1, with the lengths of blocks of their §4.2.
// Where two make the same messages, the one of which they say that Skype had it for itself stands
// first: EG.711 before PCM.
var families = [...]family{
	{"iSAC", "isac", 10, true, false, []float64{30, 60}},
	{"iSAC", "isac", 16, true, false, []float64{30, 60}},
	{"iSAC", "isac", 24, true, false, []float64{30, 60}},
	{"iSAC", "isac", 32, true, false, []float64{30, 60}},
	{"iLBC", "ilbc20", 15.2, false, true, []float64{20, 40}},
	{"iLBC", "ilbc30", 400.0 / 30, false, true, []float64{30, 60}},
	{"G.729", "g729", 8, false, true, []float64{10, 20, 30, 40, 60}},
	{"iPCM-wb", "ipcmwb", 80, true, false, []float64{10, 20, 40}},
	{"EG.711", "eg711u", 48, false, true, []float64{20}},
	{"EG.711", "eg711u", 56, false, true, []float64{20}},
	{"EG.711", "eg711u", 64, false, true, []float64{20}},
	{"PCM", "pcmu", 64, false, true, []float64{10, 20, 30}},
}

var citeModel = []field.Cite{{Key: "bon", Where: "§4.2"}}

// Points are all working points of the model for a carrier, in the order of the paper's table.
// Those whose message would not fit a datagram are left out. Sizes are those of the paper, whose
// SoM of 4 bytes stands between the 3 of a message between clients and the 5 of one to a
// telephone; what that is off by is within what the fit allows the headers.
func Points(c Carrier) []Point {
	if c == TCP {
		return points(paperSoM + 2) // as 69 bytes are more than 67
	}
	return points(paperSoM)
}

func points(som float64) []Point {
	out := make([]Point, 0, 104)
	for i := range families {
		f := &families[i]
		for _, ms := range f.ms {
			for rf := 1; rf <= maxBlocks; rf++ {
				size := (f.kbits*ms/8+header)*float64(rf) + som
				if size > maxMessage {
					break
				}
				out = append(out, Point{Codec: f.codec, ID: f.id, Kbits: f.kbits, Ms: ms, RF: rf, Size: size, Variable: f.variable, Cite: citeModel})
			}
		}
	}
	return out
}

// String writes a point: "iLBC 13.33 kbit/s, 30 ms, 1 block".
func (p *Point) String() string {
	s := p.Codec + " " + figure(p.Kbits, 2) + " kbit/s, " + figure(p.Ms, 1) + " ms, " + count(p.RF, "block")
	return s
}

// narrow reports whether a point's codec carries the band of the telephone only.
func (p *Point) narrow() bool {
	for i := range families {
		if families[i].codec == p.Codec {
			return families[i].narrow
		}
	}
	return false
}

// count writes a number of things: "1 block", "2 blocks".
func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// figure writes a number with at most so many digits behind the point, and none that say nothing.
func figure(x float64, digits int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "?"
	}
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if digits > 0 {
		for s[len(s)-1] == '0' {
			s = s[:len(s)-1]
		}
		if s[len(s)-1] == '.' {
			s = s[:len(s)-1]
		}
	}
	if s == "-0" {
		s = "0"
	}
	return s
}

// fixed writes a number with so many digits behind the point: "30.0".
func fixed(x float64, digits int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "?"
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}

// percent writes a part, 0 to 1, in hundredths: "87 %".
func percent(x float64) string {
	switch {
	case !(x > 0):
		return "0 %"
	case x < 0.005:
		return "less than 1 %"
	case x > 0.995 && x < 1:
		return "more than 99 %"
	}
	return strconv.Itoa(int(min(x, 1)*100+0.5)) + " %"
}
