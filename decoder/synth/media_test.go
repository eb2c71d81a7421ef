package synth

import (
	"net/netip"
	"testing"
	"time"
)

// media counts the datagrams of function d with each far end: number, bytes
// and times of those with a frame in them, outgoing first.
type media struct {
	n, bytes [2]int
	at       [2][]time.Duration
	beats    []time.Duration
}

func medias(w *world) map[netip.AddrPort]*media {
	all := map[netip.AddrPort]*media{}
	for _, d := range datagrams(w) {
		far, side := d.dst, 0
		if d.dst.Port() == skypePort {
			far, side = d.src, 1
		}
		if d.src.Port() != skypePort && d.dst.Port() != skypePort || d.body[2]&0x0f != fnData {
			continue
		}
		m := all[far]
		if m == nil {
			m = &media{}
			all[far] = m
		}
		if len(d.body) == 3 {
			m.beats = append(m.beats, d.at)
			continue
		}
		m.n[side]++
		m.bytes[side] += len(d.body)
		m.at[side] = append(m.at[side], d.at)
	}
	return all
}

// TestHoldIsThreeASecond: while the line is held, header-only frames go both
// ways three times a second, and no voice.
func TestHoldIsThreeASecond(t *testing.T) {
	for _, m := range medias(told(t, "call")) {
		held := 0
		for _, at := range m.beats {
			if at > 10*time.Second && at < 14*time.Second {
				held++
			}
		}
		if held < 2*11 || held > 2*13 {
			t.Errorf("%d frames in four seconds of hold", held)
		}
		for _, at := range append(m.at[0], m.at[1]...) {
			if at > 10*time.Second && at < 14*time.Second {
				t.Errorf("voice at %v", at)
			}
		}
	}
}

// TestConferenceIsMixedHere: two others at the same time, each with as much
// voice one way as the other.
func TestConferenceIsMixedHere(t *testing.T) {
	all := medias(told(t, "conference"))
	if len(all) != 2 {
		t.Fatalf("voice with %d others", len(all))
	}
	var from, to time.Duration = 0, time.Hour
	for far, m := range all {
		if m.n[0] < 100 || m.n[1] < 95 || 10*(m.n[0]-m.n[1]) > m.n[0] || 2*m.bytes[1] < m.bytes[0] {
			t.Errorf("%v: %v frames", far, m.n)
		}
		from, to = max(from, m.at[0][0]), min(to, m.at[0][m.n[0]-1])
	}
	if to-from < 5*time.Second {
		t.Errorf("three speak from %v to %v", from, to)
	}
}

// TestTransferIsLopsided: more than 95 frames less than three seconds apart, and
// less than half the bytes come back (Adami et al. 2009, §3.1), but some do.
func TestTransferIsLopsided(t *testing.T) {
	all := medias(told(t, "transfer"))
	if len(all) != 1 {
		t.Fatalf("%d ends", len(all))
	}
	for _, m := range all {
		if m.n[0]+m.n[1] <= 95 || m.bytes[1] == 0 || 2*m.bytes[1] > m.bytes[0] {
			t.Errorf("%v frames, %v bytes", m.n, m.bytes)
		}
		for i := 1; i < m.n[0]; i++ {
			if m.at[0][i]-m.at[0][i-1] > 3*time.Second {
				t.Errorf("a gap at %v", m.at[0][i])
			}
		}
	}
}

// TestRelaysCarryTheVoice: two others who were asked over TCP first, one each
// way; and the call ends with a run of 19 bytes over TCP, less than three seconds
// apart.
func TestRelaysCarryTheVoice(t *testing.T) {
	w := told(t, "relay")
	all := medias(w)
	c, back := conversations(w)[1102], conversations(w)[1103]
	if len(all) != 2 || all[c.far] == nil || all[back.far] == nil {
		t.Fatalf("voice with %d ends, the relays are %v and %v", len(all), c.far, back.far)
	}
	if there, here := all[c.far].n, all[back.far].n; there[0] < 100 || there[1] != 0 || here[0] != 0 || here[1] < 100 {
		t.Errorf("%v frames with one relay, %v with the other", there, here)
	}
	var run []time.Duration
	for _, s := range c.segments {
		if len(s.body) == 19 {
			run = append(run, s.at)
		}
	}
	for i := 1; i < len(run); i++ {
		if run[i]-run[i-1] >= 3*time.Second {
			t.Errorf("%v between two messages of 19 bytes", run[i]-run[i-1])
		}
	}
	if len(run) <= 6 {
		t.Errorf("%d messages of 19 bytes", len(run))
	}
}
