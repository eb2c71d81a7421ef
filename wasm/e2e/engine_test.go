//go:build !js

package e2e

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"somscope/wasm/proto"
)

// fault asks the engine to fail on purpose.
func (v *visit) fail(f proto.Fault) {
	v.Helper()
	b := (&proto.Request{ID: 4_000_000_000, Fault: &f}).Append(nil)
	v.say(`somscope.send(Uint8Array.from(atob(` + quote(base64.StdEncoding.EncodeToString(b)) + `), c => c.charCodeAt(0)))`)
}

// A fault of ours in the engine is told with the packet, and the page goes on
// with the same file.
func TestEngineRecovers(t *testing.T) {
	v := enter(t, wide)
	v.open("sample=probe")
	v.listed()
	v.clickPacket(2)
	v.fail(proto.Fault{Packet: 2})
	v.wait("the fault is told with its packet", `shown($("#notice")) && /packet 2\b/i.test($("#notice").textContent)`)
	v.shot("crash")
	v.clickPacket(3)
	v.click("button", "Close this message")
	v.wait("the message is gone", `!shown($("#notice"))`)
}

// When the worker itself dies, another takes its place and has the file open.
func TestWorkerDies(t *testing.T) {
	v := enter(t, wide)
	v.allow(`exit|Go program|unreachable`)
	v.open("")
	v.drop(capture(t, "skype/SkypeIRC-part1.pcap"))
	v.listed()
	v.clickPacket(5)
	v.fail(proto.Fault{Packet: 5, Fatal: true})
	v.wait("the end of the worker is told", `shown($("#notice")) && $("#notice-text").textContent.length > 20`)
	v.listed()
	v.clickPacket(7)
	if got := js[string](v, `$("#packets").getAttribute("aria-rowcount")`); got != "1851" {
		t.Errorf("after the restart the list has %s rows with its head, want 1851", got)
	}
	v.shot("crash-fatal")
}

// giant writes a capture that is longer than four gigabytes and takes little
// room on the disk: few bytes of each packet were ever written, the rest are
// holes.
func giant(t testing.TB) string {
	t.Helper()
	const packet, count = 262_144, 17_000
	p := filepath.Join(t.TempDir(), "giant.pcap")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	head := []byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0}
	if _, err := f.Write(head); err != nil {
		t.Fatal(err)
	}
	at := int64(len(head))
	for i := range count {
		record := []byte{byte(i), byte(i >> 8), 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0,
			2, 0, 0x5e, 0, 0x53, 1, 2, 0, 0x5e, 0, 0x53, 2, 0x88, 0xb5} // an Ethernet header of the experimental kind
		if _, err := f.WriteAt(record, at); err != nil {
			t.Fatal(err)
		}
		at += 16 + packet
	}
	if err := f.Truncate(at); err != nil {
		t.Fatal(err)
	}
	return p
}

// Reading can be stopped; what has been read stays. The file is longer than
// 4 GiB, which is no matter.
func TestCancel(t *testing.T) {
	v := enter(t, wide)
	v.open("")
	v.drop(giant(t))
	v.wait("the first packets are listed while reading goes on", `drawn("packets").length > 0 && $("#packets").dataset.state === "reading" && shown($("#stop"))`)
	v.clickPacket(2)
	v.shot("reading")
	v.click("button", "Stop")
	v.wait("reading has stopped", `$("#packets").dataset.state === "done" && !shown($("#progress"))`)
	n := js[int](v, `Number($("#packets").getAttribute("aria-rowcount"))`)
	if n < 3 || n >= 17_001 {
		t.Errorf("the list has %d rows, want some and not all", n)
	}
	v.clickOn(`$("#packets")`)
	v.press("End")
	v.wait("the last packet that was read is chosen", `Number(chosen("packets")?.[0].replace(/\D/g, "")) === `+quoteInt(n-1))
}
