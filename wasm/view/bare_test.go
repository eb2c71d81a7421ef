package view

import "testing"

func TestBareCodec(t *testing.T) {
	for name, want := range map[string]string{
		"voice.al": "pcma", "VOICE.ALAW": "pcma", "a.b.ul": "pcmu", "x.ulaw": "pcmu", "x.mu": "pcmu", "x.G729": "g729", "x.g722": "g722",
		"x.sw": "l16", "x.l16": "l16", "x.bin": "", "al": "", ".al": "pcma", "x.": "", "": "", "hall": "", "x.capital": "", "µ.µl": "",
	} {
		if got := BareCodec(name); got != want {
			t.Errorf("%q speaks of %q, want %q", name, got, want)
		}
	}
}
