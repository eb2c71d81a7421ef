package ilbc

import "math"

// The enhancer smooths what the quantizers roughened: it replaces each 80 samples of the
// excitation by a mixture of themselves and of the pitch periods around them, as long as that
// changes no more than a twentieth of their energy. It needs the samples that follow, so its
// output is late by Mode.Delay. (RFC 3951 §4.6)
const (
	enhBlock  = 80
	enhBlocks = 8   // of the past that it looks at
	around    = 3   // periods on either side
	slop      = 2   // samples by which an estimated period may be wrong
	change    = .05 // of the energy that may change
)

type enhancer struct {
	buf    [enhBlocks * enhBlock]float64 // excitation, the newest last
	period [enhBlocks]float64            // pitch in the middle of each block, samples
	lost   bool                          // the frame before was concealed
}

// run takes a frame of excitation and gives as many enhanced samples, which end Mode.Delay
// before those it was given. It returns the pitch at the end of the frame.
//
// The standard's program returns twice the lag of its last search, which after a lost frame is
// one in full samples and no longer one in pairs; here it is always the pitch.
func (e *enhancer) run(out, in []float64, m Mode) (lag int) {
	n := len(in)
	copy(e.buf[:], e.buf[n:])
	copy(e.buf[len(e.buf)-n:], in)

	blocks, ahead := 3, enhBlock // new blocks; how much of the buffer's end was not given out
	if m == Mode20 {
		blocks, ahead = 2, subLen
	}
	first := enhBlocks - blocks
	copy(e.period[:], e.period[blocks:])

	// The pitch of the new blocks, from every second sample.
	var half [(3*enhBlock + 120) / 2]float64
	base := first*enhBlock - 120
	for i := range (len(e.buf) - base) / 2 {
		for j, c := range lowPass {
			if at := base + 2*i + 3 - j; at < len(e.buf) {
				half[i] += c * e.buf[at]
			}
		}
	}
	for b := range blocks {
		at := 60 + b*enhBlock/2
		best := -1.0
		for l := 10; l < 60; l++ {
			if c := likeness(half[at:at+enhBlock/2], half[at-l:]); c > best {
				best, lag = c, 2*l
			}
		}
		e.period[first+b] = float64(lag)
	}
	if e.lost {
		e.mend(in, first, ahead)
	}
	from := len(e.buf) - n - ahead
	for at := 0; at < n; at += enhBlock {
		e.enhance(out[at:at+enhBlock], from+at)
	}
	return lag
}

// mend makes what was guessed at the end of a concealed frame, which has not been given out
// yet, go over into the frame that follows it: that frame's first period is carried backwards.
func (e *enhancer) mend(in []float64, first, ahead int) {
	lag, best := 0, -1.0
	for l := int(e.period[first]) - 1; l <= int(e.period[first])+1; l++ {
		if c := likeness(in[:ahead], in[l:]); c > best {
			best, lag = c, l
		}
	}
	e.period[first-1] = float64(lag)

	old := e.buf[len(e.buf)-len(in)-ahead : len(e.buf)-len(in)]
	var buf [enhBlock]float64
	back := buf[:ahead]
	for i := range back { // from the end
		if i < lag {
			back[ahead-1-i] = in[lag-1-i]
		} else {
			back[ahead-1-i] = old[ahead-1-(i-lag)]
		}
	}
	var was, is float64
	for i := range back {
		was += old[i] * old[i]
		is += back[i] * back[i]
	}
	if was, is = math.Sqrt(was), math.Sqrt(is); is > 2*was && is > 0 {
		loud := 2 * was / is
		for i := range back {
			near := max(float64(i-ahead+10)/10, 0) // the last ten samples meet the frame
			back[i] *= near*(1-loud) + loud
		}
	}
	for i := range old {
		share := float64(ahead-i) / float64(ahead+1)
		old[i] = share*old[i] + (1-share)*back[i]
	}
}

// middle is the place for which the period of a block holds.
func middle(block int) float64 { return enhBlock/2 + enhBlock*float64(block) }

// nearest is the block whose period holds nearest to a place. With back, places are moved back
// by the period: whose next period begins nearest to it.
func (e *enhancer) nearest(place float64, back bool) (block int) {
	best := math.Inf(1)
	for b := range e.period {
		at := middle(b)
		if back {
			at -= e.period[b]
		}
		if off := (at - place) * (at - place); off < best {
			best, block = off, b
		}
	}
	return block
}

// enhance writes the enhanced samples of the block that begins at from.
func (e *enhancer) enhance(out []float64, from int) {
	var wave [2*around + 1][enhBlock]float64 // the block and the periods around it
	copy(wave[around][:], e.buf[from:])

	at, block := float64(from), e.nearest(float64(from)+(enhBlock-1)/2.0, false)
	for q := around - 1; q >= 0; q-- {
		period := e.period[block]
		at -= period
		block = e.nearest(at+enhBlock/2-period, false)
		if at >= 2 {
			at = e.refine(&wave[q], from, at)
		}
	}
	at = float64(from)
	for q := around + 1; q <= 2*around; q++ {
		at += e.period[e.nearest(at+enhBlock/2, true)]
		if at+enhBlock+2 < float64(len(e.buf)) {
			at = e.refine(&wave[q], from, at)
		}
	}
	mix(out, &wave)
}

// refine finds the 80 samples near at that are most like those at center, to a quarter of a
// sample, writes them to wave and returns where they begin, plus one: the standard's program
// counts samples from one here and from zero where it begins, so the search is not in the middle
// of its five places for the first period, and is for the others.
func (e *enhancer) refine(wave *[enhBlock]float64, center int, at float64) float64 {
	near := int(at - 0.5)
	low := max(near-slop, 0)
	high := min(near+slop, len(e.buf)-enhBlock-1)

	// How alike they are, for each place and then for the quarters between them.
	var whole [2*slop + 1]float64
	n := high - low + 1
	y := e.buf[center : center+enhBlock]
	for i := range n {
		v := 0.0
		x := e.buf[low+i:][:len(y)]
		for j, own := range y {
			v += x[j] * own
		}
		whole[i] = v
	}
	reach := min(2*around+1, n) / 2 // the filters are longer than what they filter: only their middle is used
	if n >= 2*around+1 {
		reach = around
	}
	best, place := math.Inf(-1), 0
	for i := range n {
		for j := range quarter {
			v := 0.0
			for k := 0; k <= 2*reach; k++ {
				if from := i + reach - k; from >= 0 && from < n {
					v += whole[from] * quarter[j][around-reach+k]
				}
			}
			if v > best {
				best, place = v, 4*i+j
			}
		}
	}

	// The samples there.
	up := (place + 3) / 4
	start := low + up - around
	var piece [enhBlock + 2*around]float64 // zeros outside the buffer
	copy(piece[max(-start, 0):], e.buf[max(start, 0):])
	taps := &quarter[4*up-place]
	for i := range wave {
		x := piece[i : i+len(taps)]
		v := 0.0
		for j, c := range taps {
			v += c * x[j]
		}
		wave[i] = v
	}
	return float64(low) + float64(place)/4 + 1
}

// hann weighs the periods around a block by their distance from it.
var hann = [2*around + 1]float64{0.146446609406726, 0.5, 0.853553390593274, 0, 0.853553390593274, 0.5, 0.146446609406726}

// mix writes the mixture: the periods around alone when that changes little enough, else as
// much of them as the bound on the change allows.
func mix(out []float64, wave *[2*around + 1][enhBlock]float64) {
	var near [enhBlock]float64
	for k, w := range hann {
		if k == around {
			continue
		}
		for i, v := range wave[k] {
			near[i] += w * v
		}
	}
	own := &wave[around]
	var w00, w10, w11 float64
	for i, v := range own {
		w00 += v * v
		w11 += near[i] * near[i]
		w10 += near[i] * v
	}
	w11 = max(w11, 1)
	c := math.Sqrt(w00 / w11)
	wrong := 0.0
	for i, v := range own {
		out[i] = c * near[i]
		wrong += (v - out[i]) * (v - out[i])
	}
	if wrong <= change*w00 {
		return
	}
	w00 = max(w00, 1)
	a, b := 0.0, 1.0
	if differ := (w11*w00 - w10*w10) / (w00 * w00); differ > 0.0001 {
		a = math.Sqrt((change - change*change/4) / differ)
		b = 1 - change/2 - a*w10/w00
	}
	for i, v := range own {
		out[i] = a*near[i] + b*v
	}
}
