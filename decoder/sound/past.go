package sound

// A past remembers the last samples of a stream, in order to fill a gap with more of the same:
// the last period of the voice, over and over, fading. It serves the codecs that have no
// concealment of their own. The idea is that of G.711 Appendix I, without its finer points.
type past struct {
	rate, ch int // ch interleaved channels
	last     []int16
	lost     int // samples a channel filled since the last that were heard
	lag      int // period of the fill, samples a channel
}

// Times in milliseconds.
const (
	keepMs = 45 // what is remembered: twice the longest period and a half
	minLag = 4  // shortest period, 250 Hz
	maxLag = 18 // longest, 55 Hz
	holdMs = 10 // how long a fill keeps its loudness
	fadeMs = 50 // and how long it then takes to fall silent
)

// heard notes samples that were decoded.
func (p *past) heard(s []int16) {
	if len(s) == 0 {
		return
	}
	p.lost = 0
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

// conceal appends n samples a channel of what would have come.
func (p *past) conceal(dst []int16, n int) []int16 {
	if p.lost == 0 {
		p.lag = p.period()
	}
	hold, fade := p.rate*holdMs/1000, p.rate*fadeMs/1000
	for range max(n, 0) {
		gain := 1.0
		if p.lost >= hold {
			gain = 1 - float64(p.lost-hold)/float64(fade)
		}
		if p.lag == 0 || gain <= 0 {
			for range p.ch {
				dst = append(dst, 0)
			}
			continue
		}
		from := len(p.last) - (p.lag-p.lost%p.lag)*p.ch
		for k := range p.ch {
			dst = append(dst, int16(gain*float64(p.last[from+k])))
		}
		p.lost++
	}
	return dst
}

// period finds the lag, in samples a channel, at which the last samples are most like those
// before them; 0 when too few are there. It looks at the first channel.
func (p *past) period() int {
	have := len(p.last) / p.ch
	low, high := p.rate*minLag/1000, p.rate*maxLag/1000
	span := p.rate * maxLag / 1000 // samples compared
	if low < 1 || have < high+span {
		if have == 0 {
			return 0
		}
		return have // a short beginning repeats as a whole
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
