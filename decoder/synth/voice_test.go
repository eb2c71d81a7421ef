package synth

import (
	"math"
	"slices"
	"testing"
)

// power is how strong a frequency is in samples: Goertzel's way, in dB.
func power(pcm []int16, hz float64, rate int) float64 {
	w := 2 * math.Pi * hz / float64(rate)
	var s1, s2 float64
	for i, x := range pcm {
		window := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(pcm)))
		s1, s2 = float64(x)*window+2*math.Cos(w)*s1-s2, s1
	}
	p := s1*s1 + s2*s2 - 2*math.Cos(w)*s1*s2
	return 10 * math.Log10(p/float64(len(pcm))/float64(len(pcm))+1e-9)
}

// rms is the root of the mean square.
func rms(pcm []int16) float64 {
	var sum float64
	for _, x := range pcm {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum / float64(max(len(pcm), 1)))
}

// band is the power of all harmonics of a pitch between two frequencies, in dB.
func band(pcm []int16, pitch, from, to float64, rate int) float64 {
	var sum float64
	for hz := pitch; hz < to; hz += pitch {
		if hz >= from {
			sum += math.Pow(10, power(pcm, hz, rate)/10)
		}
	}
	return 10 * math.Log10(sum+1e-9)
}

// TestVowelsHaveTheirFormants: what a vowel is known by stands out of its
// spectrum, and its pitch is the one asked for.
func TestVowelsHaveTheirFormants(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for kind, m := range mouths {
			pcm := sing(rate, 1, []sound{{kind, 400, 125, 125}})[rate/10 : rate*3/10]
			if on, off := power(pcm, 125, rate), power(pcm, 187.5, rate); on < off+20 {
				t.Errorf("%c at %d: %.1f dB at the pitch, %.1f dB beside it", kind, rate, on, off)
			}
			f := m.formant
			for i := range f {
				near := band(pcm, 125, float64(f[i])-130, float64(f[i])+130, rate)
				if i == 0 && kind != 'm' && near < band(pcm, 125, float64(f[2])-130, float64(f[2])+130, rate)+6 {
					t.Errorf("%c at %d: the first formant is not the strongest", kind, rate)
				}
				if i == 2 {
					if above := band(pcm, 125, float64(f[2])+250, float64(f[2])+510, rate); rate > 8000 && above > near {
						t.Errorf("%c at %d: %.1f dB at the third formant, %.1f above", kind, rate, near, above)
					}
				}
			}
		}
	}
}

// TestVoiceIsLoudEnoughAndWhole: the level of speech, nothing cut off, pauses quiet.
func TestVoiceIsLoudEnoughAndWhole(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, octave := range []int{1, 2} {
			score := append(melody(octave), pause(500)...)
			pcm := sing(rate, 7, score)
			ms := 0
			for _, s := range score {
				ms += s.ms
			}
			if len(pcm) != ms*rate/1000 {
				t.Errorf("%d samples of %d ms at %d", len(pcm), ms, rate)
			}
			speech := pcm[:rate*13/10]
			if db := 20 * math.Log10(rms(speech)/32768); db < -23 || db > -17 {
				t.Errorf("octave %d at %d: vowels at %.1f dB", octave, rate, db)
			}
			if top := max(slices.Max(pcm), -slices.Min(pcm)); top > ceiling+hush {
				t.Errorf("octave %d at %d: a sample of %d", octave, rate, top)
			}
			if db := 20 * math.Log10(rms(pcm[len(pcm)-rate/5:])/32768); db > -70 || db < -90 {
				t.Errorf("octave %d at %d: a pause at %.1f dB", octave, rate, db)
			}
			if !slices.Equal(pcm, sing(rate, 7, score)) {
				t.Error("another voice each time")
			}
		}
	}
}

// TestSineIsOne: the tone has no overtone worth hearing.
func TestSineIsOne(t *testing.T) {
	pcm := sing(8000, 3, []sound{{'-', 400, 500, 500}})[800:2400]
	for _, over := range []float64{1000, 1500, 2000, 2500} {
		if on, off := power(pcm, 500, 8000), power(pcm, over, 8000); on < off+40 {
			t.Errorf("%.1f dB at 500 Hz, %.1f dB at %.0f Hz", on, off, over)
		}
	}
}
