package decoder

import (
	"encoding/binary"
	"strings"
	"testing"
)

// What the capture cut of the payloads is not passed off as the whole sound.
func TestCutPayloadsAreTold(t *testing.T) {
	whole := rtpFile(400, 1, 160, nil)
	cut := append([]byte(nil), whole[:24]...)
	for at := 24; at < len(whole); {
		n := int(binary.LittleEndian.Uint32(whole[at+8:]))
		head := len(cut)
		cut = append(cut, whole[at:at+16+60]...)
		binary.LittleEndian.PutUint32(cut[head+8:], 60)
		at += 16 + n
	}
	for _, x := range []struct {
		file []byte
		note string
	}{{whole, ""}, {cut, "Of 200 payloads the capture kept only the beginning."}} {
		_, _, l := heard(t, deepOf(t, x.file), 1)
		if l.Note() != x.note || l.Whole() != (x.note == "") {
			t.Errorf("%q, whole: %v; want %q", l.Note(), l.Whole(), x.note)
		}
	}
}

// Sentences agree with their numbers.
func TestVoiceSentencesCount(t *testing.T) {
	jump := func(after ...int) string {
		_, _, l := heard(t, deepOf(t, rtpFile(400, 1, 160, func(p []byte, i int) []byte {
			for _, n := range after {
				if i >= n {
					binary.BigEndian.PutUint32(p[4:], binary.BigEndian.Uint32(p[4:])+700e6)
				}
			}
			return p
		})), 1)
		return l.Note()
	}
	if got := jump(50); got != "The timestamp jumps once; the pause there is left out." {
		t.Errorf("%q", got)
	}
	if got := jump(50, 90); got != "The timestamp jumps 2 times; the pauses there are left out." {
		t.Errorf("%q", got)
	}
	for size, want := range map[int]string{
		1:    "so the commonest length, 1 byte, lasts 0.125 ms, or 1 tick of its clock; but the timestamp grows by 160",
		1400: "so the commonest length, 1,400 bytes, lasts 175 ms, or 1,400 ticks of its clock; but the timestamp grows by 160",
	} {
		v := deepOf(t, rtpFile(400, 1, size, nil)).Voice(1)
		if v == nil || !strings.Contains(strings.Join(v.Words, " "), want) {
			t.Errorf("%d: %+v; want %q", size, v, want)
		}
	}
}
