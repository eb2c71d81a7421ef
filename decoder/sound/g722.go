package sound

import "somscope/decoder/codec"

// G.722 at 64 kbit/s: two ADPCM decoders, one for each half of the spectrum, and a filter that
// makes samples of 16 kHz of both. All arithmetic is on whole numbers, as the recommendation
// has it.
//
// Source: ITU-T G.722 §6.2 (the blocks are named as there) and its tables 11 to 21.

// g722Low is table 15, the quantised difference of the low band for 6 bits; g722Coarse (4 bits)
// drives the adaptation, so that losing the lowest bits does not lead the predictor astray.
var g722Low = [64]int16{
	-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
	-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
	24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
	4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
}

var g722Coarse = [16]int16{0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0}

var g722High = [4]int16{-7408, -1616, 7408, 1616}

// Steps of the logarithmic scale factors by code, and the table that takes them out of the logarithm.
var (
	g722LowStep  = [16]int16{-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60}
	g722HighStep = [4]int16{798, -214, 798, -214}
	g722Inverse  = [32]int16{
		2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
		2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
	}
)

// g722Mirror is half of the symmetric filter that joins the bands. (table 11)
var g722Mirror = [12]int32{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

// A g722Band is the adaptive predictor and scale of one band.
type g722Band struct {
	s, sz int32    // what is foreseen; the part of it from the zeros
	r     [3]int32 // reconstructed signal, newest first
	a     [3]int32 // poles; index 0 is not used
	p     [3]int32 // partly reconstructed signal
	d     [7]int32 // differences
	b     [7]int32 // zeros; index 0 is not used
	nb    int32    // scale factor, logarithmic
	det   int32    // and linear
}

type g722 struct {
	past
	low, high g722Band
	x         [24]int32 // of the joining filter
}

func newG722(codec.Params) Decoder {
	g := &g722{past: past{rate: 16000, ch: 1}}
	g.low.det, g.high.det = 32, 8
	return g
}

func (g *g722) Rate() int     { return g.rate }
func (g *g722) Channels() int { return 1 }

func (g *g722) Conceal(dst []int16, n int) []int16 { return g.conceal(dst, n) }

// Decode makes two samples of each byte. There are no wrong bytes.
func (g *g722) Decode(dst []int16, payload []byte) ([]int16, error) {
	from := len(dst)
	for _, code := range payload {
		first, second := g.join(g.lower(code&63), g.upper(code>>6))
		dst = append(dst, first, second)
	}
	g.heard(dst[from:])
	return dst, nil
}

// lower decodes 6 bits of the low band. (blocks 2L to 5L)
func (g *g722) lower(code byte) int32 {
	out := clip(g.low.s+g.low.det*int32(g722Low[code])>>15, 14)
	coarse := code >> 2
	d := g.low.det * int32(g722Coarse[coarse]) >> 15
	g.low.scale(int32(g722LowStep[coarse]), 18432, 8)
	g.low.adapt(d)
	return out
}

// upper decodes 2 bits of the high band. (blocks 2H to 5H)
func (g *g722) upper(code byte) int32 {
	d := g.high.det * int32(g722High[code]) >> 15
	out := clip(g.high.s+d, 14)
	g.high.scale(int32(g722HighStep[code]), 22528, 10)
	g.high.adapt(d)
	return out
}

// scale adapts the scale factor. (blocks LOGSCL, SCALEL, LOGSCH, SCALEH)
func (b *g722Band) scale(step, most, shift int32) {
	b.nb = min(max(b.nb*127>>7+step, 0), most)
	v := int32(g722Inverse[b.nb>>6&31])
	if by := shift - b.nb>>11; by >= 0 {
		v >>= by
	} else {
		v <<= -by
	}
	b.det = v << 2
}

// adapt takes a difference into the predictor and foresees the next sample. (block 4)
func (b *g722Band) adapt(d int32) {
	b.d[0] = d
	b.r[0] = clip(b.s+d, 15)
	b.p[0] = clip(b.sz+d, 15)

	// The second pole, then the first within the bounds it leaves. (UPPOL2, UPPOL1)
	turn := clip(b.a[1]<<2, 15)
	if b.p[0]>>15 == b.p[1]>>15 {
		turn = min(-turn, 1<<15-1)
	}
	a2 := turn>>7 + b.a[2]*32512>>15
	if b.p[0]>>15 == b.p[2]>>15 {
		a2 += 128
	} else {
		a2 -= 128
	}
	a2 = min(max(a2, -12288), 12288)
	a1 := b.a[1] * 32640 >> 15
	if b.p[0]>>15 == b.p[1]>>15 {
		a1 += 192
	} else {
		a1 -= 192
	}
	most := clip(15360-a2, 15)
	a1 = min(max(a1, -most), most)

	// The six zeros. (UPZERO)
	by := int32(128)
	if d == 0 {
		by = 0
	}
	for i := 1; i < 7; i++ {
		step := by
		if b.d[i]>>15 != d>>15 {
			step = -by
		}
		b.b[i] = clip(b.b[i]*32640>>15+step, 15)
	}

	// One sample on. (DELAYA)
	copy(b.d[1:], b.d[:6])
	b.r[2], b.r[1] = b.r[1], b.r[0]
	b.p[2], b.p[1] = b.p[1], b.p[0]
	b.a[1], b.a[2] = a1, a2

	// What poles and zeros foresee. (FILTEP, FILTEZ, PREDIC)
	sp := clip(b.a[1]*clip(2*b.r[1], 15)>>15+b.a[2]*clip(2*b.r[2], 15)>>15, 15)
	sz := int32(0)
	for i := 6; i > 0; i-- {
		sz += b.b[i] * clip(2*b.d[i], 15) >> 15
	}
	b.sz = clip(sz, 15)
	b.s = clip(sp+b.sz, 15)
}

// join makes two samples of one of each band. (receive QMF)
func (g *g722) join(low, high int32) (first, second int16) {
	copy(g.x[:], g.x[2:])
	g.x[22], g.x[23] = low+high, low-high
	var even, odd int32
	for i, c := range g722Mirror {
		even += g.x[2*i] * c
		odd += g.x[2*i+1] * g722Mirror[11-i]
	}
	return int16(clip(odd>>11, 15)), int16(clip(even>>11, 15))
}

// clip keeps a number within bits and a sign.
func clip(v int32, bits uint) int32 {
	return min(max(v, -1<<bits), 1<<bits-1)
}
