package synth

import "math"

// A sound is a piece of a voice that nobody has: a vowel hummed at a pitch, the
// hiss of a consonant, a tone.
type sound struct {
	kind     byte // a e i o u m: voice; s t: noise; - tone or sweep; . nothing
	ms       int
	from, to int // Hz, pitch of a voice or frequency of a tone at its begin and end
}

// A mouth is how a vowel is made: the frequencies at which the throat and the
// mouth resonate, Hz. They are the averages of Peterson & Barney 1952, men's, and
// for m a closed mouth. Loud evens the vowels out, in 1/256.
type mouth struct {
	formant [3]int
	loud    int
}

var mouths = map[byte]mouth{
	'a': {[3]int{730, 1090, 2440}, 256},
	'e': {[3]int{530, 1840, 2480}, 300},
	'i': {[3]int{270, 2290, 3010}, 330},
	'o': {[3]int{570, 840, 2410}, 230},
	'u': {[3]int{300, 870, 2240}, 270},
	'm': {[3]int{250, 1000, 2200}, 150},
}

// widths are the bandwidths of the resonances, Hz; the ones above the third
// have the same place in every vowel.
var (
	widths = [5]int{70, 100, 140, 200, 260}
	upper  = [2]int{3400, 4500}
)

// Levels of what is spoken, in samples of 16 bits.
const (
	loudness = 3277  // root of the mean square where there is sound: 20 dB below full scale
	ceiling  = 29000 // no sample is higher
	hush     = 6     // noise of the room, from minus this to this
)

// A resonator is a filter of two poles in fixed point, so that every machine
// computes the same samples: factors have 24 bits behind the point.
type resonator struct{ a, b, c, y1, y2 int64 }

func (r *resonator) tune(hz, width, rate int) {
	pole := math.Exp(-math.Pi * float64(width) / float64(rate))
	r.c = -int64(math.Round(pole * pole * (1 << 24)))
	r.b = int64(math.Round(2 * pole * math.Cos(2*math.Pi*float64(hz)/float64(rate)) * (1 << 24)))
	r.a = 1<<24 - r.b - r.c
}

func (r *resonator) next(x int64) int64 {
	y := (r.a*x + r.b*r.y1 + r.c*r.y2 + 1<<23) >> 24
	r.y1, r.y2 = y, r.y1
	return y
}

// sing makes the samples of a score, rate of them a second: a pulse train with
// a moving pitch through resonances that glide from vowel to vowel, noise, tones.
func sing(rate int, seed uint64, score []sound) []int16 {
	rng := random(seed)
	var out []int64
	var mouthNow [3]int64 // Hz in 1/256
	var throat [5]resonator
	var hiss resonator
	hiss.tune(min(3300, rate*2/5), 900, rate)
	if rate > 8000 {
		hiss.tune(5200, 1600, rate)
	}
	poles := 4
	if rate > 8000 {
		poles = 5
	}
	for i := 3; i < poles; i++ {
		throat[i].tune(upper[i-3], widths[i], rate)
	}
	var hz int64                   // holds on while a voice dies away
	var phase, wave uint32         // of the voice and of the tone, a turn is 1<<32
	var voiced, noisy, toned int64 // how much of each there is now, 1<<16 is all
	slow, fast := 1<<16*80/int64(rate), 1<<16*400/int64(rate)
	step := rate / 400 // resonances move every 2.5 ms
	for _, s := range score {
		n := s.ms * rate / 1000
		var wantVoice, wantTone int64
		m, vowel := mouths[s.kind]
		switch {
		case vowel:
			wantVoice = int64(m.loud) << 8
		case s.kind == '-':
			wantTone = 1 << 16
		}
		for i := range n {
			if i%step == 0 && vowel {
				for f := range mouthNow {
					want := int64(m.formant[f]) << 8
					if voiced == 0 {
						mouthNow[f] = want
					}
					mouthNow[f] += (want - mouthNow[f]) / 12
					throat[f].tune(int(mouthNow[f]>>8), widths[f], rate)
				}
			}
			if s.from > 0 {
				hz = int64(s.from) + int64(s.to-s.from)*int64(i)/int64(n)
			}
			turn := uint32(hz << 32 / int64(rate))
			var pulse, tone int64
			if vowel || voiced > 0 {
				phase += turn
				pulse = glottis(phase) * voiced >> 16
			}
			if s.kind == '-' {
				wave += turn
				tone = sine(wave) * toned >> 16
			}
			wantNoise := int64(0)
			if s.kind == 's' || s.kind == 't' && i > n*3/5 { // a t is a pause and a burst
				wantNoise = 1 << 16
			}
			voiced = toward(voiced, wantVoice, slow)
			toned = toward(toned, wantTone, slow)
			noisy = toward(noisy, wantNoise, fast)
			x := pulse
			for k := range poles {
				x = throat[k].next(x)
			}
			x += hiss.next((int64(rng.n(1<<15)) - 1<<14) * noisy >> 16)
			out = append(out, x+5*tone)
		}
		if s.kind == '-' { // a tone ends within its own time, at whatever phase
			toned = 0
		}
	}
	return level(out, rate, &rng)
}

// toward moves v to want by at most step.
func toward(v, want, step int64) int64 {
	return max(min(want, v+step), min(max(want, v-step), v))
}

// glottis is the change of the air that passes the vocal folds at a phase: they
// are open for six tenths of a turn, slowly opening, quickly closing.
func glottis(phase uint32) int64 {
	x := int64(phase>>16) * 5 / 3 // 1<<16 is where they close
	if x >= 1<<16 {
		return 0
	}
	return 2*x - 3*x*x>>16
}

// sine is the sine of a phase, from a parabola and its square: the overtones are
// 50 dB below.
func sine(phase uint32) int64 {
	x := int64(int32(phase)) >> 15 // -1<<16 to 1<<16 is half a turn each way
	y := 4 * x * ((1 << 16) - abs(x)) >> 16
	return (y + (y*abs(y)>>16-y)*29/128) >> 2
}

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

// level brings the samples to the loudness of speech and puts the noise of a
// room beneath. Blocks of 20 ms that are much softer than the loudest count as pauses.
func level(in []int64, rate int, rng *random) []int16 {
	block := rate / 50
	var sums []int64
	for i := 0; i+block <= len(in); i += block {
		var sum int64
		for _, x := range in[i : i+block] {
			sum += x * x / int64(block)
		}
		sums = append(sums, sum)
	}
	var top, all, n, peak int64
	for _, s := range sums {
		top = max(top, s)
	}
	for _, s := range sums {
		if s > top/100 {
			all += s
			n++
		}
	}
	for _, x := range in {
		peak = max(peak, abs(x))
	}
	gain := int64(0)
	if n > 0 {
		gain = int64(loudness * 65536 / math.Sqrt(float64(all/n)))
		gain = min(gain, ceiling<<16/peak)
	}
	out := make([]int16, len(in))
	for i, x := range in {
		out[i] = int16((x*gain+1<<15)>>16) + int16(rng.n(2*hush+1)-hush)
	}
	return out
}

// scale are the pitches that the voices of the stories sing, Hz: five tones up.
var scale = [5]int{196, 220, 247, 262, 294}

// melody is what the one who calls says: five vowels up, a few words that no
// language has, a sweep. octave divides the pitches.
func melody(octave int) []sound {
	var score []sound
	for i, vowel := range []byte("aeiou") {
		hz := scale[i] / octave
		score = append(score, sound{vowel, 260, hz, hz + hz/40})
	}
	return append(score,
		sound{'.', 180, 0, 0},
		sound{'m', 120, scale[2] / octave, scale[2] / octave}, sound{'a', 220, scale[2] / octave, scale[0] / octave},
		sound{'s', 130, 0, 0}, sound{'o', 230, scale[3] / octave, scale[1] / octave},
		sound{'t', 90, 0, 0}, sound{'i', 300, scale[4] / octave, scale[0] / octave},
		sound{'.', 240, 0, 0},
		sound{'-', 500, 300, 3000},
		sound{'.', 200, 0, 0},
	)
}

// pause is nothing for so many ms.
func pause(ms int) []sound { return []sound{{'.', ms, 0, 0}} }
