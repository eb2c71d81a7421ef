//go:build !js

package e2e

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"testing"

	"somscope/decoder/synth"
)

// What is no capture, or only a part of one, is answered with a sentence, and
// the page goes on.
func TestBrokenFiles(t *testing.T) {
	var whole bytes.Buffer
	if err := synth.Load(&whole, 100); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(whole.Bytes()[:24])
	huge = binary.LittleEndian.AppendUint32(huge, 1)
	huge = binary.LittleEndian.AppendUint32(huge, 0)
	huge = binary.LittleEndian.AppendUint32(huge, 0xfffffff0) // captured: 4 GiB
	huge = binary.LittleEndian.AppendUint32(huge, 0xfffffff0)
	for _, c := range []struct {
		name, file string
		data       []byte
		says       string // a pattern
		rows       bool   // packets are there all the same
	}{
		{"empty", "empty.pcap", nil, `empty.*0 bytes`, false},
		{"a picture", "holiday.jpg", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), make([]byte, 2000)...), `JPEG.*not a capture`, false},
		{"text", "notes.txt", []byte("Dear diary, today I captured nothing at all."), `not a capture`, false},
		{"cut in a packet", "cut.pcap", whole.Bytes()[:whole.Len()-10], `[Oo]ffset|byte \d`, true},
		{"a record of 4 GiB", "huge.pcap", huge, `[Oo]ffset|byte \d`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := enter(t, wide)
			v.open("")
			v.drop(file(t, c.file, c.data))
			v.wait("the page says what is wrong", `shown($("#notice"))`)
			if got := js[string](v, `$("#notice-text").textContent`); !regexp.MustCompile(`(?s)` + c.says).MatchString(got) {
				t.Errorf("the page says %q, want something like %q", got, c.says)
			}
			v.shot("broken-" + c.file)
			if c.rows {
				v.listed()
				v.clickPacket(3)
			}
			// And it goes on with the next file.
			v.drop(file(t, "good.pcap", whole.Bytes()))
			v.wait("a good file is listed", `$("#packets").dataset.state === "done" && $("#packets").getAttribute("aria-rowcount") === "101"`)
			v.wait("the complaint is gone", `!shown($("#notice"))`)
		})
	}
}

// A file that cannot be opened does not cost the one that is open: it comes
// back, and with it the place.
func TestRefusedFileLeavesTheOpenOne(t *testing.T) {
	v := enter(t, wide)
	picture := file(t, "holiday.png", []byte("\x89PNG\r\n\x1a\n"), make([]byte, 2000))
	v.open("sample=probe&n=11&at=ip.src")
	v.listed()
	v.dissected("Packet 11")
	v.wait("the place is reached", `chosen("packets")?.[0].trim() === "11"`)
	address := js[string](v, `location.hash`)
	v.drop(picture)
	v.wait("the page says what is wrong", `shown($("#notice")) && /holiday\.png.*PNG.*as before/.test($("#notice-text").textContent)`)
	v.listed()
	v.dissected("Packet 11")
	v.wait("the field is chosen again", `/[Ss]ource/.test(chosen("tree")?.[0]) && chosen("packets")?.[0].trim() === "11"`)
	v.wait("the address is as before", `location.hash === `+quote(address)) // it is written a moment later

	// With nothing open before, the address names nothing.
	fresh := enter(t, wide)
	fresh.open("")
	fresh.drop(picture)
	fresh.wait("the page says what is wrong", `shown($("#notice")) && shown($("#welcome"))`)
	if got := js[string](fresh, `location.hash`); got != "" {
		t.Errorf("the address is %q, and nothing is open", got)
	}
}
