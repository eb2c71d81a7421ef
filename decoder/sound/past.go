package sound

import "math"

// A past remembers the last samples of a stream, in order to fill a gap with more of the same:
// the last period of the voice, over and over, fading. It serves the codecs that have no
// concealment of their own. The idea is that of G.711 Appendix I.
//
// No seam may click: the fill begins where the voice stopped, its period ends as it begins, and
// when the voice is back the fill goes on beneath it for a moment.
type past struct {
	rate, ch int // ch interleaved channels
	last     []int16
	lost     int     // samples a channel filled since the last that were heard
	lag      int     // period of the fill, samples a channel
	loop     []int16 // the period
	step     [2]int  // from what the period foresees to what came last, a channel
	fall     float64 // loudness of a sample by that of the one before, as it was when the voice stopped
	tail     []int16
}

// Times in milliseconds.
const (
	keepMs = 45 // what is remembered: twice the longest period and a half
	minLag = 4  // shortest period, 250 Hz
	maxLag = 18 // longest, 55 Hz
	holdMs = 10 // how long a fill keeps its loudness
	fadeMs = 40 // and how long it then takes to fall silent
	seamMs = 5  // how long it takes to go over from one sound to another
)

// heard notes samples that were decoded. After a gap the first of them are faded in.
func (p *past) heard(s []int16) {
	if len(s) == 0 {
		return
	}
	if p.lost > 0 {
		n := min(len(s)/p.ch, p.seam())
		p.tail = p.fill(p.tail[:0], n)
		for i, v := range p.tail {
			at := i/p.ch + 1
			s[i] = int16((int(s[i])*at + int(v)*(n+1-at)) / (n + 1))
		}
	}
	p.lost = 0
	p.remember(s)
}

func (p *past) remember(s []int16) {
	keep := p.rate * keepMs / 1000 * p.ch
	if len(s) >= keep {
		p.last = append(p.last[:0], s[len(s)-keep:]...)
		return
	}
	if over := len(p.last) + len(s) - keep; over > 0 {
		p.last = p.last[:copy(p.last, p.last[over:])]
	}
	p.last = append(p.last, s...)
}

func (p *past) seam() int { return p.rate * seamMs / 1000 }

// conceal appends n samples a channel of what would have come.
func (p *past) conceal(dst []int16, n int) []int16 {
	from := len(dst)
	dst = p.fill(dst, n)
	p.remember(dst[from:]) // after the next packet this is what was heard before it
	return dst
}

func (p *past) fill(dst []int16, n int) []int16 {
	if n <= 0 {
		return dst
	}
	if p.lost == 0 {
		p.begin()
	}
	hold, fade, seam := p.rate*holdMs/1000, p.rate*fadeMs/1000, p.seam()
	fall := math.Pow(p.fall, float64(p.lost))
	for range n {
		gain := fall
		if p.lost >= hold {
			gain *= 1 - float64(p.lost-hold)/float64(fade)
		}
		if p.lag == 0 || gain <= 0 {
			for range p.ch {
				dst = append(dst, 0)
			}
			p.lost++
			continue
		}
		at := p.lost % p.lag * p.ch
		for k := range p.ch {
			v := float64(p.loop[at+k])
			if p.lost < seam {
				v += float64(p.step[k]*(seam-p.lost)) / float64(seam)
			}
			dst = append(dst, int16(min(max(gain*v, math.MinInt16), math.MaxInt16)))
		}
		p.lost++
		fall *= p.fall
	}
	return dst
}

// begin makes the period of a fill.
func (p *past) begin() {
	p.lag, p.fall = p.period(), 1
	have := len(p.last) / p.ch
	p.loop = append(p.loop[:0], p.last[(have-p.lag)*p.ch:]...)
	p.step = [2]int{}
	// What stands before the period is what its end must come to.
	over := min(p.seam(), p.lag/2, have-p.lag)
	for i := range over {
		for k := range p.ch {
			at := &p.loop[(p.lag-over+i)*p.ch+k]
			*at = int16((int(*at)*(over-1-i) + int(p.last[(have-p.lag-over+i)*p.ch+k])*(i+1)) / over)
		}
	}
	if over > 0 {
		for k := range p.ch {
			p.step[k] = int(p.last[(have-1)*p.ch+k]) - int(p.last[(have-p.lag-1)*p.ch+k])
		}
	}
	// A voice that was dying away goes on to: whole periods are compared, of 10 ms or more.
	if p.lag == 0 {
		return
	}
	span := (p.rate*holdMs/1000 + p.lag - 1) / p.lag * p.lag
	if 2*span > have {
		return
	}
	power := func(s []int16) (sum float64) {
		for _, v := range s {
			sum += float64(v) * float64(v)
		}
		return sum
	}
	now, was := power(p.last[(have-span)*p.ch:]), power(p.last[(have-2*span)*p.ch:(have-span)*p.ch])
	if now < was {
		p.fall = math.Pow((now+1)/(was+1), 0.5/float64(span))
	}
}

// period finds the lag, in samples a channel, at which the last samples are most like those
// before them; 0 when too few are there. It looks at the first channel.
func (p *past) period() int {
	have := len(p.last) / p.ch
	low, high := p.rate*minLag/1000, p.rate*maxLag/1000
	span := p.rate * maxLag / 1000 // samples compared
	if low < 1 || have < high+span {
		return have * 2 / 3 // a short beginning repeats almost as a whole
	}
	at := func(i int) float64 { return float64(p.last[i*p.ch]) }
	step := max(p.rate/8000, 1) // at high rates every second or third sample will do
	best, lag := -2.0, high
	for l := low; l <= high; l++ {
		var xy, yy float64
		for i := have - span; i < have; i += step {
			y := at(i - l)
			xy += at(i) * y
			yy += y * y
		}
		score := 0.0
		if yy > 0 && xy > 0 {
			score = xy * xy / yy
		}
		if score > best*1.0001 {
			best, lag = score, l
		}
	}
	return lag
}
