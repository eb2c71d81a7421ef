package synth

// Voice that nobody spoke, packed as SILK within Opus: each frame of 20 ms is a few numbers (how
// loud, how high, which vowel), and what comes out is a packet that any Opus decoder plays.
//
// SILK describes a voice the way a student of phonetics would: a train of pulses from the glottis,
// a pitch lag that repeats it, and sixteen line spectral frequencies for the shape of the mouth.
// So there is nothing to analyse here, only to write down. All arithmetic is in integers, so that
// the same frames give the same bytes on every machine.
//
//	packet:  TOC (0x48: SILK, wideband, 20 ms, mono, one frame) | range coded frame
//	frame:   VAD | LBRR | type | gains | LSF stage 1 | stage 2 ... | interpolation |
//	         pitch lag | contour | filters | scaling | seed | rate level | pulses
//
// Source: RFC 6716, sections 4.2 (what is coded) and 5.1 (the range encoder).

// A silkFrame is 20 ms of made-up voice.
type silkFrame struct {
	// Pitch is that of a voiced frame, 56 to 500 Hz; 0 makes a frame without voice, which is
	// noise. From one voiced frame to the next the pitch glides when the step is small.
	Pitch int

	// Gain is the level aimed at, in dB below (so: negative) a full-scale square wave. Speech
	// is near -20, a pause near -60. A sound that lasts meets it within some 2 dB.
	Gain int

	// Vowel is the shape of the mouth. With a pitch: a e i o u, or m for humming. Without
	// one: s f h. In a pause it does not matter. Others are taken as a, h and breath.
	Vowel byte

	// Active is what the voice activity flag says: false for a pause, which is coded as
	// background noise whatever Pitch and Vowel are.
	Active bool
}

const (
	silkTOC     = 9 << 3 // configuration 9: SILK, wideband, 20 ms; mono; one frame
	silkSamples = 320    // of a frame, at 16 kHz
	silkRate    = 16000  // Hz
	silkBlock   = 16     // samples of a shell block
	silkMost    = 16     // pulses in one
)

// silkVoice packs frames of 20 ms, one Opus packet each, in order.
func silkVoice(frames []silkFrame) [][]byte {
	w := silkWriter{noise: 0x51c2a7e5}
	packets := make([][]byte, len(frames))
	for i, f := range frames {
		packets[i] = w.packet(f)
	}
	return packets
}

// A silkShape is a spectrum: which vector of the wideband codebook comes nearest to it, and what
// the second stage adds.
type silkShape struct {
	name byte
	i1   uint8     // stage 1
	i2   [16]int8  // stage 2; all within ±3, so that none needs an extension
	book [16]uint8 // which of the eight tables codes each of them: row i1 of RFC 6716's Table 18
	gain int       // of noise through that filter, dB
}

// The shapes. Each was found by placing eight pairs of poles, the formants first, and searching
// the whole codebook for the nearest line spectral frequencies; the pole at 0 Hz that tilts a
// vowel is wide enough to keep the filter under the 40 dB at which decoders begin to tame it.
var silkShapes = []silkShape{
	// Formants near 730, 1120 and 2510 Hz.
	{'a', 24, [16]int8{-1, 1, -1, -1, -2, -2, -1, -2, -1, -2, -1, -2, -1, -2, -2, -3},
		[16]uint8{2, 5, 3, 6, 6, 4, 7, 4, 4, 5, 3, 4, 4, 3, 3, 3}, 36},
	// 500, 1850, 2520 Hz.
	{'e', 14, [16]int8{0, 1, -3, 1, 0, 0, 0, -2, 0, -1, 0, -2, 0, -3, -1, -3},
		[16]uint8{0, 6, 4, 5, 4, 7, 5, 2, 6, 5, 7, 4, 4, 3, 5, 3}, 25},
	// 320, 2300, 3010 Hz.
	{'i', 23, [16]int8{0, -1, -3, -1, 3, 0, 2, 0, 0, -1, 1, -2, 0, -2, -1, -3},
		[16]uint8{1, 3, 3, 4, 4, 4, 4, 3, 5, 5, 5, 3, 1, 1, 1, 1}, 30},
	// 520, 880, 2470 Hz.
	{'o', 8, [16]int8{0, 0, -1, -1, -2, 0, -1, -2, 0, -1, 0, -3, -1, -2, -1, -3},
		[16]uint8{0, 6, 2, 6, 6, 4, 5, 4, 6, 5, 4, 4, 5, 3, 3, 3}, 36},
	// 340, 810, 2260 Hz.
	{'u', 19, [16]int8{1, 0, 1, -1, -2, 1, -2, 0, 0, -1, 0, -2, -1, -2, -1, -3},
		[16]uint8{0, 2, 3, 5, 3, 3, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0}, 40},
	// 270 Hz and little else.
	{'m', 17, [16]int8{0, -1, 0, 0, -2, 0, -2, -1, -2, -2, -1, -2, -1, -1, -1, -3},
		[16]uint8{1, 3, 3, 4, 4, 3, 3, 5, 2, 3, 3, 5, 5, 5, 3, 4}, 34},
	// A hiss around 5 and 6 kHz.
	{'s', 10, [16]int8{0, 3, 1, 1, 2, 2, 1, 2, 2, 2, 1, 1, 1, 1, 0, 2},
		[16]uint8{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 8},
	// Nearly white.
	{'f', 29, [16]int8{-1, 1, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0},
		[16]uint8{0, 3, 2, 5, 3, 3, 2, 3, 2, 1, 0, 0, 1, 0, 0, 1}, 1},
	// Falling with frequency, with a breath of a vowel.
	{'h', 13, [16]int8{-1, 0, 0, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
		[16]uint8{3, 4, 4, 4, 6, 4, 4, 5, 3, 5, 4, 4, 5, 4, 3, 4}, 23},
	// The noise of a quiet room.
	{' ', 25, [16]int8{0, 1, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
		[16]uint8{0, 6, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 22},
}

func shapeOf(name byte, otherwise byte) *silkShape {
	var fall *silkShape
	for i := range silkShapes {
		switch s := &silkShapes[i]; s.name {
		case name:
			return s
		case otherwise:
			fall = s
		}
	}
	return fall
}

// Kinds of frames, which also number the tables that depend on them.
const (
	silkInactive = iota
	silkUnvoiced
	silkVoiced
)

// A silkWriter holds what one frame leaves to the next.
type silkWriter struct {
	n     int        // frames written
	gain  int        // index of the last subframe's gain
	level int        // of the last frame, tenths of a dB
	kind  int        // of the last frame
	lag   int        // of the end of the last frame, samples; when it was voiced
	due   int        // samples of the next frame until the glottis closes again
	shape *silkShape // of the last frame
	noise uint32
}

func (w *silkWriter) packet(f silkFrame) []byte {
	kind, shape := silkInactive, shapeOf(' ', ' ')
	switch {
	case f.Active && f.Pitch > 0:
		kind, shape = silkVoiced, shapeOf(f.Vowel, 'a')
	case f.Active:
		kind, shape = silkUnvoiced, shapeOf(f.Vowel, 'h')
	}
	var e rangeEncoder
	e.begin()
	e.bit(f.Active) // voice activity
	e.bit(false)    // no copy of an earlier frame (LBRR)

	// The kind of frame, with the lower of the two quantization offsets.
	switch kind {
	case silkInactive:
		e.put(silkQuietPDF, 0)
	case silkUnvoiced:
		e.put(silkTalkPDF, 0)
	case silkVoiced:
		e.put(silkTalkPDF, 2)
	}

	// Pitch before gain: a high voice has more pulses, so each must be smaller.
	var lags [4]int
	var contour int
	lack := -silkSourceLevel[kind] - 10*shape.gain
	if kind == silkVoiced {
		lags, contour = w.pitch(f.Pitch)
		lack += tenLog(lags[3])
	}
	w.gains(&e, kind, lack, 10*f.Gain)

	voiced := min(kind/silkVoiced, 1)
	e.put(silkShapePDF[voiced], int(shape.i1))
	for k, i2 := range shape.i2 {
		e.put(silkResiduePDF[shape.book[k]], int(i2)+4)
	}
	between := 4 // the shape of this frame at once
	if w.n > 0 && shape != w.shape {
		between = 2 // from halfway in the frame's first half
	}
	e.put(silkBetweenPDF, between)

	if kind == silkVoiced {
		lag := lags[0] - int(silkContours[contour][0]) - silkLagMin
		e.put(silkLagHighPDF, lag/8)
		e.even(8, lag%8)
		e.put(silkContourPDF, contour)
		e.put(silkPeriodicityPDF, 1)
		for k, lag := range lags {
			if w.kind != silkVoiced && k*silkSamples/4 < lag+2 {
				e.put(silkFilterPDF, silkFaint) // nothing to repeat yet but noise
			} else {
				e.put(silkFilterPDF, silkFilter)
			}
		}
		e.put(silkScalingPDF, 0)
	}
	seed := w.n & 3
	e.even(4, seed)
	e.excitation(kind, w.source(kind, lags, uint32(seed)))

	w.n, w.kind, w.shape = w.n+1, kind, shape
	return append([]byte{silkTOC}, e.end()...)
}

// silkSourceLevel is how strong what goes into the filter is at gain 1: tenths of a dB against
// full scale, by kind of frame.
var silkSourceLevel = [3]int{
	-1105, // noise of ±25/2^23 alone
	-906,  // one sample in eight is ±773/2^23, the rest as before
	-815,  // pulses of two, 500/2^23, by their number a sample and with what the pitch filter adds
}

// The gain of index i is silkGainZero + i * silkGainStep / 10 tenths of a dB.
// (RFC 6716 §4.2.7.4: 29.1 steps of 1/128 of an octave each.)
const (
	silkGainZero = 20
	silkGainStep = 137
)

// gains writes the gains of the four subframes: what the source lacks of a level that moves from
// that of the last frame to another. All in tenths of a dB.
func (w *silkWriter) gains(e *rangeEncoder, kind, lack, to int) {
	from := w.level
	if w.n == 0 {
		from = to
	}
	w.level = to
	for k := range 4 {
		aim := (lack + from + (to-from)*(k+1)/4 - silkGainZero) * 10 / silkGainStep
		aim = max(0, min(aim, 63))
		if k == 0 { // coded by itself, the others as steps
			e.put(silkGainPDF[kind], aim>>3)
			e.even(8, aim&7)
			if w.n > 0 {
				aim = max(aim, w.gain-16)
			}
			w.gain = aim
			continue
		}
		best, off := 0, 1000
		for step := range silkStepPDF {
			if d := size(gainAfter(w.gain, step) - aim); d < off {
				best, off = step, d
			}
		}
		e.put(silkStepPDF, best)
		w.gain = gainAfter(w.gain, best)
	}
}

func gainAfter(gain, step int) int { return max(0, min(max(2*step-16, gain+step-4), 63)) }

func size(n int) int { return max(n, -n) }

// tenLog is 100 log10(n) for n from 32, by octaves and a parabola within one.
func tenLog(n int) int {
	log, octave := 1505, 32
	for ; n >= 2*octave; octave *= 2 {
		log += 301
	}
	x := (n - octave) * 100 / octave
	return (log + 3*x + x*(100-x)/96) / 10
}

const silkLagMin, silkLagMax = 32, 287 // samples, wideband

// pitch chooses the lags of the subframes of a frame, and the contour that codes them.
func (w *silkWriter) pitch(hz int) (lags [4]int, contour int) {
	to := max(silkLagMin, min((silkRate+hz/2)/hz, silkLagMax))
	from := to
	if w.kind == silkVoiced && size(w.lag-to) <= to/8 {
		from = w.lag
	}
	best := 1 << 30
	for c, offs := range silkContours {
		for lag := max(silkLagMin, min(from, to)-9); lag <= min(max(from, to)+9, silkLagMax); lag++ {
			bad := 0
			for k, off := range offs {
				want := from + ((to-from)*(2*k+2)+sign(to-from)*4)/8
				d := lag + int(off) - want
				bad += d * d
				if lag+int(off) < silkLagMin || lag+int(off) > silkLagMax {
					bad += 1 << 20
				}
			}
			if bad < best {
				best, contour = bad, c
				for k, off := range offs {
					lags[k] = lag + int(off)
				}
			}
		}
	}
	if w.kind != silkVoiced {
		w.due = 0
	}
	w.lag = lags[3]
	return lags, contour
}

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// source makes the pulses of a frame as they are coded: the decoder turns some of them over by a
// random sequence that starts with seed, so those are turned over here. (RFC 6716 §4.2.7.8.6)
func (w *silkWriter) source(kind int, lags [4]int, seed uint32) *[silkSamples]int {
	var raw [silkSamples]int
	for i := range raw {
		v := 0
		switch kind {
		case silkVoiced:
			if i == w.due {
				v = 2
				w.due += lags[i/(silkSamples/4)]
			}
		case silkUnvoiced:
			w.noise = w.noise*1664525 + 1013904223
			if w.noise>>29 == 0 && pulsesBy(i, &raw) <= silkMost-3 {
				v = 3
				if w.noise>>28 == 0 {
					v = -3
				}
			}
		}
		seed = seed*196314165 + 907633515
		if seed>>31 != 0 {
			v = -v
		}
		raw[i] = v
		seed += uint32(v)
	}
	if kind == silkVoiced {
		w.due -= silkSamples
	}
	return &raw
}

// pulsesBy counts the pulses in the block of sample i, up to i.
func pulsesBy(i int, raw *[silkSamples]int) int {
	n := 0
	for ; ; i-- {
		n += size(raw[i])
		if i%silkBlock == 0 {
			return n
		}
	}
}

// excitation writes the pulses: how many in each block of 16 samples, where, and their signs.
func (e *rangeEncoder) excitation(kind int, raw *[silkSamples]int) {
	voiced := min(kind/silkVoiced, 1)
	var count [silkSamples / silkBlock]int
	for i, v := range raw {
		count[i/silkBlock] += size(v)
	}
	level := rateLevel(voiced, count[:])
	e.put(silkLevelPDF[voiced], level)
	for _, n := range count {
		e.put(silkCountPDF[level], n)
	}
	for b, n := range count {
		e.split(0, n, raw[b*silkBlock:(b+1)*silkBlock])
	}
	for i, v := range raw {
		if v == 0 {
			continue
		}
		minus := silkMinus[kind][min(count[i/silkBlock], 6)]
		if v < 0 {
			e.code(0, uint32(minus), 256)
		} else {
			e.code(uint32(minus), 256, 256)
		}
	}
}

// rateLevel picks the table that codes the counts in the fewest bits, to about a quarter of a bit.
func rateLevel(voiced int, count []int) int {
	best, least := 0, 1<<30
	for level := range silkCountPDF {
		n := quarters(silkLevelPDF[voiced][level])
		for _, c := range count {
			n += quarters(silkCountPDF[level][c])
		}
		if n < least {
			best, least = level, n
		}
	}
	return best
}

// quarters is the cost of a symbol of probability p/256, in quarters of a bit: 4 (8 - log2 p).
func quarters(p byte) int {
	n, q := 33, uint64(p)*uint64(p)*uint64(p)*uint64(p)
	for ; q > 0; q >>= 1 {
		n--
	}
	return n
}

// split says how many of n pulses are in the left half of part, then in the halves of that.
func (e *rangeEncoder) split(depth, n int, part []int) {
	if n == 0 || len(part) == 1 {
		return
	}
	left := 0
	for _, v := range part[:len(part)/2] {
		left += size(v)
	}
	at := (n - 1) * (n + 2) / 2 // rows of 2, 3, 4 ... numbers
	e.put(silkSplitPDF[depth][at:at+n+1], left)
	e.split(depth+1, left, part[:len(part)/2])
	e.split(depth+1, n-left, part[len(part)/2:])
}
